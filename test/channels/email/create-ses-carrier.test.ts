import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import type { Carrier, RawMail } from '#src/channels/email/carrier.ts';
import { createSesCarrier } from '#src/channels/email/create-ses-carrier.ts';
import { type SesAnswer, startSesStandIn } from './ses-stand-in.ts';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
const timeouts = { connect: 300, answer: 300 };
const mail: RawMail = {
  from: 'haber@acme.example.com',
  to: 'ayse@example.com',
  raw: 'Message-ID: <r.c@acme.example.com>\r\nSubject: =?utf-8?Q?=C4=B0ndirim?=\r\n\r\nMerhaba Ay\u015fe\r\n',
  messageId: '<r.c@acme.example.com>',
  campaignId: '0199b3c0-0000-7000-8000-000000000001',
  recipientId: '0199b3c0-0000-7000-8000-000000000002',
};

async function at(answer: () => SesAnswer, use: (carrier: Carrier, ses: StandIn) => Promise<void>) {
  await using ses = await startSesStandIn(answer);
  const options = { region: 'eu-central-1', endpoint: ses.url, credentials, timeouts };
  const carrier = createSesCarrier({ ...options, configurationSet: 'ulak' });
  await use(carrier, ses);
  await carrier.close();
}
type StandIn = Awaited<ReturnType<typeof startSesStandIn>>;

it('sends the mail byte for byte with its own Message-ID, the configuration set, and tags for campaign and recipient', () =>
  at(
    () => ({ body: { MessageId: '0107018-a' } }),
    async (carrier, ses) => {
      expect(carrier).toMatchObject({ kind: 'ses', key: 'ses:eu-central-1' });
      expect(await carrier.send(mail)).toEqual({ kind: 'accepted', value: { providerMessageId: '0107018-a' } });
      const { method, path, headers, body } = ses.calls[0]!;
      expect(`${method} ${path}`).toBe('POST /v2/email/outbound-emails');
      expect(headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d+\/eu-central-1\/ses\//);
      const { Content, ...rest } = body;
      expect(Buffer.from(Content.Raw.Data, 'base64').toString()).toBe(mail.raw);
      expect(rest).toEqual({
        FromEmailAddress: mail.from,
        Destination: { ToAddresses: [mail.to] },
        ConfigurationSetName: 'ulak',
        EmailTags: [
          { Name: 'campaign', Value: mail.campaignId },
          { Name: 'recipient', Value: mail.recipientId },
        ],
      });
    },
  ));

it('forty at once go over kept connections, each asked for once; closing gives the connections back', () =>
  at(
    () => ({ body: { MessageId: 'x' } }),
    async (carrier, ses) => {
      const outcomes = await Promise.all(Array.from({ length: 40 }, () => carrier.send(mail)));
      expect(outcomes.filter(({ kind }) => kind === 'accepted')).toHaveLength(40);
      expect(ses.calls).toHaveLength(40);
      expect(await ses.connections()).toBeGreaterThan(0);
      await carrier.close();
      await expect.poll(() => ses.connections()).toBe(0);
    },
  ));

it.each<[string, SesAnswer, object]>([
  [
    'too fast',
    { error: 'TooManyRequestsException', status: 429, message: 'Maximum sending rate exceeded.' },
    { kind: 'unavailable', reason: 'throttled' },
  ],
  [
    'too fast, as the gateway says it',
    { error: 'ThrottlingException', message: 'Rate exceeded' },
    { kind: 'unavailable', reason: 'throttled' },
  ],
  [
    'the day’s quota',
    { error: 'TooManyRequestsException', status: 429, message: 'Daily message quota exceeded.' },
    { kind: 'unavailable', reason: 'quota' },
  ],
  [
    'the day’s quota, as a limit',
    { error: 'LimitExceededException', message: 'Daily message quota exceeded' },
    { kind: 'unavailable', reason: 'quota' },
  ],
  [
    'a paused account',
    { error: 'SendingPausedException', message: 'paused' },
    { kind: 'unavailable', reason: 'carrier' },
  ],
  [
    'a suspended account',
    { error: 'AccountSuspendedException', message: 'suspended' },
    { kind: 'unavailable', reason: 'carrier' },
  ],
  [
    'an unverified domain',
    {
      error: 'MessageRejected',
      message:
        'Email address is not verified. The following identities failed the check in region EU-CENTRAL-1: haber@acme.example.com',
    },
    { kind: 'unavailable', reason: 'carrier' },
  ],
  [
    'an unverified MAIL FROM',
    { error: 'MailFromDomainNotVerifiedException', message: 'no' },
    { kind: 'unavailable', reason: 'carrier' },
  ],
  [
    'a wrong key',
    { error: 'InvalidClientTokenId', status: 403, message: 'The security token is invalid' },
    { kind: 'unavailable', reason: 'carrier' },
  ],
  [
    'no such configuration set',
    { error: 'NotFoundException', status: 404, message: 'Configuration set <ulak> does not exist.' },
    { kind: 'unavailable', reason: 'carrier' },
  ],
  [
    'an address that is none',
    { error: 'BadRequestException', message: "Missing final '@domain'" },
    { kind: 'rejected', reason: 'invalid-address' },
  ],
  [
    'a mail with a virus',
    { error: 'MessageRejected', message: 'Message contains a virus' },
    { kind: 'rejected', reason: 'invalid-content' },
  ],
  ['500: it may have gone out', { error: 'InternalFailure', status: 500 }, { kind: 'unknown', reason: 'server-error' }],
  [
    '503 of a gateway: it may have gone out',
    { error: 'ServiceUnavailable', status: 503 },
    { kind: 'unknown', reason: 'server-error' },
  ],
  ['an answer without an id', { body: {} }, { kind: 'unknown', reason: 'server-error' }],
  ['no answer in time', 'hang', { kind: 'unknown', reason: 'timeout' }],
  ['a connection that ends', 'cut', { kind: 'unknown', reason: 'connection-lost' }],
])('%s: asked once, never again by itself', (_, answer, outcome) =>
  at(
    () => answer,
    async (carrier, ses) => {
      expect(await carrier.send(mail)).toMatchObject(outcome);
      expect(ses.calls).toHaveLength(1);
    },
  ),
);

it('nobody there: certainly not sent', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  const endpoint = `http://127.0.0.1:${port}`;
  const carrier = createSesCarrier({ region: 'eu-central-1', endpoint, credentials, timeouts });
  expect(await carrier.send(mail)).toMatchObject({ kind: 'unavailable', reason: 'carrier' });
  await carrier.close();
});

const quotaOf = (more: object) => ({ body: { SendingEnabled: true, ...more } });
const SendQuota = { MaxSendRate: 14, Max24HourSend: 50_000, SentLast24Hours: 1234.0 };
it.each<[string, SesAnswer, unknown]>([
  ['its rate and its day', quotaOf({ SendQuota }), { ratePerSecond: 14, dailyQuota: 50_000, sentInDay: 1234 }],
  [
    'no limit a day',
    quotaOf({ SendQuota: { ...SendQuota, Max24HourSend: -1 } }),
    { ratePerSecond: 14, dailyQuota: null, sentInDay: 1234 },
  ],
  [
    'nothing while sending is paused',
    quotaOf({ SendQuota, SendingEnabled: false }),
    { ratePerSecond: 14, dailyQuota: 0, sentInDay: 1234 },
  ],
  ['that it does not say', quotaOf({}), 'unavailable'],
  ['that it may not be asked', { error: 'AccessDeniedException', status: 403 }, 'unavailable'],
  ['that it does not answer', 'hang', 'unavailable'],
])('the quota says %s', (_, answer, quota) =>
  at(
    () => answer,
    async (carrier, ses) => {
      expect(await carrier.quota!()).toEqual(quota);
      expect(ses.calls[0]).toMatchObject({ method: 'GET', path: '/v2/email/account' });
    },
  ),
);
