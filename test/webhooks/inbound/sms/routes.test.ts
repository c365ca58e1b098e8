import { eq } from 'drizzle-orm';
import { afterAll, describe, expect, it } from 'vitest';
import { createApp } from '#src/app.ts';
import type { SmsCarrier } from '#src/channels/sms/sms-carrier.ts';
import { proveLedger } from '#src/credits/prove-ledger.ts';
import { smsMessages } from '#src/db/schema/sms.ts';
import { queueSms } from '#src/sms/queue-sms.ts';
import { sendSms } from '#src/sms/send-sms.ts';
import { createWorld } from '#test/support/world.ts';
import { SUBSCRIBE_URL, snsPost, TOPIC } from '#test/webhooks/inbound/sns/sns-post.ts';
import { createTestCertificate } from '#test/webhooks/inbound/sns/test-certificate.ts';

const SMS_TOPIC = TOPIC.replace('ulak-mail', 'ulak-sms');
const world = await createWorld({
  env: {
    SMS_REGION: 'eu-central-1',
    SMS_SENDER: 'ULAK',
    SMS_TOPIC_ARNS: SMS_TOPIC,
    SES_REGION: 'eu-central-1',
    SES_TOPIC_ARNS: TOPIC,
  },
});
const { pem, key } = createTestCertificate();
const visited: string[] = [];
const { app, close } = createApp(world.ctx, {
  rateLimits: false,
  fetchFromSns: async (url) => {
    visited.push(url);
    return pem;
  },
});
afterAll(async () => {
  await close();
  await world[Symbol.asyncDispose]();
});

const knock = async (message: unknown, fields: Record<string, string> = {}, spoilt: Record<string, string> = {}) => {
  const body = snsPost(key, { TopicArn: SMS_TOPIC, Message: JSON.stringify(message), ...fields }, spoilt);
  const headers = { 'content-type': 'text/plain; charset=UTF-8' };
  return (await app.request('/hooks/sms/aws', { method: 'POST', body, headers })).status;
};
const event = (eventType: string, smsId: string, messageId: string) => ({
  eventType,
  eventTimestamp: world.clock.now().getTime(),
  isFinal: true,
  messageId,
  context: { sms: smsId },
});
const carrier: SmsCarrier = {
  ...world.ctx.sms!,
  send: async ({ phone }) =>
    phone.endsWith('9')
      ? { kind: 'unknown', reason: 'timeout', cause: '' }
      : { kind: 'accepted', providerMessageId: `m${phone}` },
};
async function sent(phone: string): Promise<string> {
  const { id } = await queueSms(world.acme.ctx, { phone, text: 'Görüşmek üzere', purpose: 'reminder' });
  await sendSms({ ...world.ctx, sms: carrier }, id);
  return id;
}
const row = async (id: string) => (await world.ctx.db.select().from(smsMessages).where(eq(smsMessages.id, id)))[0]!;

describe('POST /hooks/sms/aws', () => {
  it('200: brings delivery and failure to the SMS, however often they come, and knows one of unknown outcome by our own id', async () => {
    const [good, bad, unknown] = [
      await sent('+905321110001'),
      await sent('+905321110002'),
      await sent('+905321110009'),
    ];
    expect(await row(good)).toMatchObject({ status: 'sent', encoding: 'ucs2', carrier: 'aws', reconcileAt: null });
    expect((await row(unknown)).status).toBe('unknown');
    for (let time = 0; time < 2; time++) {
      expect(await knock(event('TEXT_DELIVERED', good, 'm+905321110001'))).toBe(200);
      expect(await knock(event('TEXT_CARRIER_BLOCKED', bad, 'm+905321110002'))).toBe(200);
      expect(await knock(event('TEXT_SUCCESSFUL', unknown, 'm-found'))).toBe(200);
      expect(await knock(event('TEXT_QUEUED', unknown, 'm-found'))).toBe(200);
    }
    expect(await row(good)).toMatchObject({ status: 'delivered' });
    expect(await row(bad)).toMatchObject({ status: 'failed', statusReason: 'refused' });
    expect(await row(unknown)).toMatchObject({ status: 'delivered', providerMessageId: 'm-found' });
    const { currentCredit, heldCredit } = await (await world.acme.call('GET', '/v1/credits')).json();
    expect({ currentCredit, heldCredit }).toEqual({ currentCredit: 998, heldCredit: 0 });
    expect(await proveLedger(world.ctx, { quietMinutes: 0 })).toEqual([]);
  });

  it('200: prose, and what is about nobody’s SMS, is taken and changes nothing', async () => {
    expect(await knock('Successfully validated SNS topic')).toBe(200);
    expect(await knock(event('TEXT_DELIVERED', world.acme.userId, 'm-nobody'))).toBe(200);
  });

  it('401: another topic, mail’s own one too; a signature that does not hold', async () => {
    const good = event('TEXT_DELIVERED', world.acme.userId, 'm-1');
    expect(await knock(good, { TopicArn: TOPIC })).toBe(401);
    expect(await knock(good, {}, { Message: JSON.stringify({ ...good, eventType: 'TEXT_INVALID' }) })).toBe(401);
  });

  it('200: confirms a subscription to a topic of ours by visiting it', async () => {
    const url = SUBSCRIBE_URL.replace(TOPIC, SMS_TOPIC);
    const fields = { Type: 'SubscriptionConfirmation', Token: '2336', SubscribeURL: url };
    expect(await knock('', fields)).toBe(200);
    expect(visited).toContain(url);
  });
});
