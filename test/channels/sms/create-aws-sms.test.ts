import { expect, it } from 'vitest';
import { createAwsSms } from '#src/channels/sms/create-aws-sms.ts';
import { readAwsEvent } from '#src/channels/sms/read-aws-event.ts';
import type { OutgoingSms, SmsCarrier } from '#src/channels/sms/sms-carrier.ts';
import { type HttpAnswer, type HttpCall, startHttpStandIn } from './http-stand-in.ts';

const sms: OutgoingSms = {
  id: '0199b3c0-0000-7000-8000-000000000001',
  phone: '+905321234567',
  text: 'Görüşmek üzere 🎉',
  encoding: 'ucs2',
  ttlSeconds: 3600,
};
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };

async function at(
  answer: (call: HttpCall) => HttpAnswer,
  use: (carrier: SmsCarrier, calls: HttpCall[]) => Promise<void>,
) {
  await using aws = await startHttpStandIn(answer);
  const timeouts = { connect: 300, answer: 300 };
  const options = { region: 'eu-central-1', sender: 'ULAK', endpoint: aws.url, credentials, timeouts };
  const carrier = createAwsSms({ ...options, configurationSet: 'ulak' });
  await use(carrier, aws.calls);
  await carrier.close();
}

it('sends by SendTextMessage, transactional, with its time to live, our id for its events, and the configuration set', () =>
  at(
    () => ({ body: { MessageId: 'm-1' } }),
    async (carrier, calls) => {
      expect(await carrier.send(sms)).toEqual({ kind: 'accepted', providerMessageId: 'm-1' });
      expect(calls[0]!.headers['x-amz-target']).toMatch(/\.SendTextMessage$/);
      expect(calls[0]!.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\//);
      expect(calls[0]!.body).toEqual({
        DestinationPhoneNumber: '+905321234567',
        OriginationIdentity: 'ULAK',
        MessageBody: 'Görüşmek üzere 🎉',
        MessageType: 'TRANSACTIONAL',
        TimeToLive: 3600,
        Context: { sms: sms.id },
        ConfigurationSetName: 'ulak',
      });
    },
  ));

const failure = (type: string, more: object = {}, status = 400): HttpAnswer => ({
  status,
  body: { __type: type, message: 'no', ...more },
  headers: { 'x-amzn-errortype': type },
});

it.each([
  [failure('ThrottlingException'), 'unavailable', 'throttled'],
  [
    failure('ServiceQuotaExceededException', { Reason: 'MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT' }),
    'unavailable',
    'quota',
  ],
  [failure('AccessDeniedException'), 'unavailable', 'carrier'],
  [failure('ResourceNotFoundException'), 'unavailable', 'carrier'],
  [failure('ConflictException', { Reason: 'NO_ORIGINATION_IDENTITIES_FOUND' }), 'unavailable', 'carrier'],
  [failure('ConflictException', { Reason: 'DESTINATION_PHONE_NUMBER_OPTED_OUT' }), 'rejected', 'refused'],
  [failure('ValidationException', { Reason: 'SENDER_ID_NOT_REGISTERED' }), 'unavailable', 'carrier'],
  [
    failure('ValidationException', { Reason: 'INVALID_PARAMETER', message: 'DestinationPhoneNumber is not valid' }),
    'rejected',
    'invalid-phone',
  ],
  [failure('ValidationException', { Reason: 'MAXIMUM_SIZE_EXCEEDED' }), 'rejected', 'invalid-content'],
  [failure('InternalServerException', {}, 500), 'unknown', 'server-error'],
  ['hang', 'unknown', 'timeout'],
  ['cut', 'unknown', 'connection-lost'],
] as [HttpAnswer, string, string][])('%j is %s: %s, and is asked for once', (answer, kind, reason) =>
  at(
    () => answer,
    async (carrier, calls) => {
      expect(await carrier.send(sms)).toMatchObject({ kind, reason });
      expect(calls).toHaveLength(1);
    },
  ),
);

it('an event is read when it is the last word', () => {
  const event = (eventType: string, more: object = {}) => ({
    eventType,
    eventVersion: '1.0',
    eventTimestamp: 1_686_975_103_470,
    isFinal: true,
    messageId: 'm-1',
    context: { sms: sms.id },
    ...more,
  });
  const read = { providerMessageId: 'm-1', smsId: sms.id, at: new Date(1_686_975_103_470) };
  expect(readAwsEvent(event('TEXT_DELIVERED'))).toEqual({ ...read, status: 'delivered', reason: null });
  expect(readAwsEvent(event('TEXT_SUCCESSFUL'))).toEqual({ ...read, status: 'delivered', reason: null });
  expect(readAwsEvent(event('TEXT_SUCCESSFUL', { isFinal: false }))).toBeNull();
  expect(readAwsEvent(event('TEXT_TTL_EXPIRED'))).toMatchObject({ status: 'failed', reason: 'expired' });
  expect(readAwsEvent(event('TEXT_INVALID', { context: { sms: 'x' } }))).not.toHaveProperty('smsId');
  for (const none of [
    event('TEXT_QUEUED'),
    event('TEXT_UNKNOWN'),
    event('VOICE_COMPLETED'),
    null,
    5,
    {},
    event('TEXT_DELIVERED', { eventTimestamp: 1e20 }),
  ])
    expect(readAwsEvent(none)).toBeNull();
});
