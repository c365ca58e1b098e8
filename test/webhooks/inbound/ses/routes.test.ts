import { createServer } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '#src/app.ts';
import { fetchFromSns } from '#src/channels/email/fetch-from-sns.ts';
import { carrierEvents } from '#src/db/schema/emails.ts';
import { createWorld, type World } from '#test/support/world.ts';
import { CERTIFICATE_URL, SUBSCRIBE_URL, snsPost, TOPIC } from '#test/webhooks/inbound/sns/sns-post.ts';
import { createTestCertificate } from '#test/webhooks/inbound/sns/test-certificate.ts';

const { pem, key } = createTestCertificate();
const stranger = createTestCertificate();
const bounce = JSON.stringify({
  eventType: 'Bounce',
  mail: { messageId: '0100' },
  bounce: { bounceType: 'Permanent' },
});

let world: World;
let asked: string[];
let served: Record<string, { status: number; text: string }>;
let app: ReturnType<typeof createApp>;
/** Amazon, as far as we ask it: what was asked for, over real HTTP, at an address of ours. */
const amazon = createServer((request, response) => {
  const { status, text } = served[request.url!] ?? { status: 404, text: '' };
  response.writeHead(status, status === 302 ? { location: text } : {}).end(text);
});

beforeAll(async () => {
  world = await createWorld({ env: { SES_REGION: 'eu-central-1', SES_TOPIC_ARNS: TOPIC } });
  await new Promise<void>((resolve) => amazon.listen(0, '127.0.0.1', resolve));
});
beforeEach(async () => {
  asked = [];
  served = {
    [pathOf(CERTIFICATE_URL)]: { status: 200, text: pem },
    [pathOf(SUBSCRIBE_URL)]: { status: 200, text: '' },
  };
  world.clock.set(new Date('2026-03-02T09:00:00Z'));
  await app?.close();
  app = createApp(world.ctx, {
    rateLimits: false,
    fetchFromSns(url) {
      asked.push(url);
      return fetchFromSns(`http://127.0.0.1:${(amazon.address() as { port: number }).port}${pathOf(url)}`);
    },
  });
  await world.ctx.db.delete(carrierEvents);
});
afterAll(async () => {
  await app.close();
  amazon.close();
  await world[Symbol.asyncDispose]();
});

const pathOf = (url: string) => url.slice(new URL(url).origin.length);
const stored = () => world.ctx.db.select().from(carrierEvents);
const knock = async (body: string | Uint8Array<ArrayBuffer>, type = 'text/plain; charset=UTF-8') =>
  app.app.request('/hooks/ses', { method: 'POST', body, headers: { 'content-type': type } });

describe('POST /hooks/ses', () => {
  it.each(['1', '2'])('signature version %s, 200: stored as it came, the certificate fetched once', async (version) => {
    for (const MessageId of ['a', 'b', 'c'])
      expect(
        (await knock(snsPost(key, { MessageId, Message: bounce, SignatureVersion: version, Subject: 'Amazon SES' })))
          .status,
      ).toBe(200);
    expect(asked).toEqual([CERTIFICATE_URL]);
    const rows = await stored();
    expect(rows.map(({ noticeId }) => noticeId)).toEqual(['a', 'b', 'c']);
    expect(rows[0]).toMatchObject({
      carrier: 'ses',
      payload: { topicArn: TOPIC, publishedAt: '2026-03-02T09:00:00.000Z', event: JSON.parse(bounce) },
      receivedAt: world.clock.now(),
      appliedAt: null,
    });
  });

  it('F35: the same notice again and again, and twenty at once, is one row', async () => {
    const post = snsPost(key, { Message: bounce });
    const answers = await Promise.all(Array.from({ length: 20 }, () => knock(post)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await stored()).toHaveLength(1);
  });

  it('what is no event of a mail is answered and forgotten; NUL and broken surrogates do not hurt', async () => {
    expect((await knock(snsPost(key, { Message: 'Successfully validated SNS topic' }))).status).toBe(200);
    expect((await knock(snsPost(key, { Message: '[1]' }))).status).toBe(200);
    expect(await stored()).toEqual([]);
    const Message = '{"eventType":"Open","open":{"userAgent":"a\\u0000b\\ud800"}}';
    expect((await knock(snsPost(key, { Message }))).status).toBe(200);
    expect((await stored())[0]!.payload).toMatchObject({ event: { open: { userAgent: 'ab\ufffd' } } });
  });

  it('503: a certificate that cannot be had now is asked for again', async () => {
    served[pathOf(CERTIFICATE_URL)] = { status: 500, text: '' };
    expect((await knock(snsPost(key, { Message: bounce }))).status).toBe(503);
    served[pathOf(CERTIFICATE_URL)] = { status: 200, text: pem };
    expect((await knock(snsPost(key, { Message: bounce }))).status).toBe(200);
    expect(await stored()).toHaveLength(1);
  });
});

describe('F35 POST /hooks/ses, 401, and nothing stored: ', () => {
  const other = 'arn:aws:sns:eu-central-1:999999999999:ulak-mail';
  const elsewhere = (SigningCertURL: string) => ({ Message: bounce, SigningCertURL });
  it.each<[string, string, boolean]>([
    ['somebody else’s topic, well signed', snsPost(key, { Message: bounce, TopicArn: other }), false],
    ['somebody else’s key', snsPost(stranger.key, { Message: bounce }), true],
    ['a changed message', snsPost(key, { Message: '{}' }, { Message: bounce }), true],
    ['a changed topic', snsPost(key, { Message: bounce, TopicArn: other }, { TopicArn: TOPIC }), true],
    ['a changed time', snsPost(key, { Message: bounce }, { Timestamp: '2026-03-02T09:00:01.000Z' }), true],
    ['version 2 said to be 1', snsPost(key, { Message: bounce }, { SignatureVersion: '1' }), true],
    ['no signature to speak of', snsPost(key, { Message: bounce }, { Signature: 'AA==' }), true],
    ['two hours old', snsPost(key, { Message: bounce, Timestamp: '2026-03-02T06:59:00.000Z' }), false],
    ['from the future', snsPost(key, { Message: bounce, Timestamp: '2026-03-02T11:00:00.000Z' }), false],
    ...[
      'https://evil.example.com/SimpleNotificationService-0123.pem',
      'https://s3.amazonaws.com/SimpleNotificationService-0123.pem',
      'https://sns.eu-central-1.amazonaws.com.evil.example.com/SimpleNotificationService-0123.pem',
      'https://evil.example.com@sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123.pem',
      'https://sns.eu-central-1.amazonaws.com:8443/SimpleNotificationService-0123.pem',
      'http://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123.pem',
      'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0123.pem',
      'https://sns.eu-central-1.amazonaws.com/evil/SimpleNotificationService-0123.pem',
      'https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123.pem?redirect=1',
      'https://169.254.169.254/SimpleNotificationService-0123.pem',
      'file:///SimpleNotificationService-0123.pem',
    ].map((url) => [`a certificate at ${url}`, snsPost(key, elsewhere(url)), false] as [string, string, boolean]),
  ])('%s', async (_, post, mayAsk) => {
    const answer = await knock(post);
    expect(answer.status).toBe(401);
    expect(await answer.text()).not.toMatch(/topic|signature|certificate/i);
    expect(asked).toEqual(mayAsk ? [CERTIFICATE_URL] : []);
    expect(await stored()).toEqual([]);
  });

  it.each([
    ['expired', createTestCertificate(new Date('2020-01-01T00:00:00Z'), new Date('2025-01-01T00:00:00Z'))],
    ['not valid yet', createTestCertificate(new Date('2027-01-01T00:00:00Z'))],
  ])('a certificate that is %s', async (_, certificate) => {
    served[pathOf(CERTIFICATE_URL)] = { status: 200, text: certificate.pem };
    expect((await knock(snsPost(certificate.key, { Message: bounce }))).status).toBe(401);
    expect(await stored()).toEqual([]);
  });

  it.each(['no certificate at all', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'])(
    '%j in its place',
    async (text) => {
      served[pathOf(CERTIFICATE_URL)] = { status: 200, text };
      expect((await knock(snsPost(key, { Message: bounce }))).status).toBe(401);
    },
  );

  it('a replay within the hour adds nothing, and one after it is refused', async () => {
    const post = snsPost(key, { Message: bounce });
    await knock(post);
    world.clock.advance({ minutes: 59 });
    expect((await knock(post)).status).toBe(200);
    world.clock.advance({ minutes: 2 });
    expect((await knock(post)).status).toBe(401);
    expect(await stored()).toHaveLength(1);
  });
});

describe('POST /hooks/ses, what is no message', () => {
  it.each([
    ['not JSON', 'hello', 'text/plain', 400],
    ['another shape', '{"Type":"Notification"}', 'text/plain', 400],
    ['a raw event, unsigned', bounce, 'text/plain', 400],
    ['another content type', snsPost(key), 'application/x-www-form-urlencoded', 415],
    ['too large', snsPost(key, { Message: 'x'.repeat(700_000) }), 'text/plain', 413],
  ])('%s: %#', async (_, body, type, status) => {
    expect((await knock(body, type)).status).toBe(status);
    expect(asked).toEqual([]);
  });

  it('a certificate is read to 64 KB and no further, and no redirect is followed', async () => {
    served[pathOf(CERTIFICATE_URL)] = { status: 200, text: pem + 'x'.repeat(100_000) };
    expect((await knock(snsPost(key, { Message: bounce }))).status).toBe(503);
    served[pathOf(CERTIFICATE_URL)] = { status: 302, text: '/moved.pem' };
    served['/moved.pem'] = { status: 200, text: pem };
    expect((await knock(snsPost(key, { Message: bounce }))).status).toBe(503);
    expect(await stored()).toEqual([]);
  });
});

describe('POST /hooks/ses, a subscription', () => {
  const confirmation = {
    Type: 'SubscriptionConfirmation',
    Message: 'You have chosen',
    Token: '2336',
    SubscribeURL: SUBSCRIBE_URL,
  };
  it('200: is confirmed for a topic of ours', async () => {
    expect((await knock(snsPost(key, confirmation))).status).toBe(200);
    expect(asked).toEqual([CERTIFICATE_URL, SUBSCRIBE_URL]);
    expect(await stored()).toEqual([]);
  });

  it.each([
    'http://127.0.0.1:5432/',
    'http://169.254.169.254/latest/meta-data/',
    'https://10.0.0.1/?Action=ConfirmSubscription',
    SUBSCRIBE_URL.replace('eu-central-1.amazonaws.com', 'eu-central-1.amazonaws.com.evil.example.com'),
    SUBSCRIBE_URL.replace('ConfirmSubscription', 'DeleteTopic'),
    SUBSCRIBE_URL.replace(TOPIC, TOPIC.replace('123456789012', '999999999999')),
  ])('F35: 401, and %s is not visited, though it is well signed', async (SubscribeURL) => {
    expect((await knock(snsPost(key, { ...confirmation, SubscribeURL }))).status).toBe(401);
    expect(asked).toEqual([CERTIFICATE_URL]);
  });

  it('503: comes again when it could not be confirmed', async () => {
    served[pathOf(SUBSCRIBE_URL)] = { status: 500, text: '' };
    expect((await knock(snsPost(key, confirmation))).status).toBe(503);
  });

  it('200: its end is noted, and not undone', async () => {
    expect((await knock(snsPost(key, { ...confirmation, Type: 'UnsubscribeConfirmation' }))).status).toBe(200);
    expect(asked).toEqual([CERTIFICATE_URL]);
  });
});

it('an event before the mail’s own commit, or of nobody we know, is kept for whoever applies it', async () => {
  const early = { eventType: 'Delivery', mail: { tags: { recipient: ['0199b3c0-0000-7000-8000-00000000abcd'] } } };
  expect((await knock(snsPost(key, { Message: JSON.stringify(early) }))).status).toBe(200);
  expect(await stored()).toMatchObject([{ appliedAt: null, payload: { event: early } }]);
});

it('without a topic of ours nobody is believed, and nothing is asked for', async () => {
  await using other = await createWorld({ env: { SES_REGION: 'eu-central-1' } });
  const { app: closed, close } = createApp(other.ctx, {
    rateLimits: false,
    fetchFromSns: async (url) => {
      asked.push(url);
      return pem;
    },
  });
  const body = snsPost(key, { Message: bounce });
  const answer = await closed.request('/hooks/ses', {
    method: 'POST',
    body,
    headers: { 'content-type': 'text/plain' },
  });
  expect(answer.status).toBe(401);
  expect(asked).toEqual([]);
  await close();
});

it('never 500: whatever is posted, of whatever type', async () => {
  const junk = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record({ Type: fc.string(), TopicArn: fc.constant(TOPIC), Message: fc.string() })
      .map((body) => JSON.stringify(body)),
    fc
      .record({ Message: fc.string(), Subject: fc.string(), Timestamp: fc.string(), Signature: fc.base64String() })
      .map((spoilt) => snsPost(key, {}, spoilt)),
  );
  await fc.assert(
    fc.asyncProperty(junk, async (body) => {
      expect((await knock(body)).status).toBeOneOf([400, 401, 413, 415]);
    }),
    { numRuns: 60 },
  );
  expect(await stored()).toEqual([]);
});
