import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMailEvent } from '#src/emails/read-mail-event.ts';

const samples = new URL('../../webhooks/inbound/ses/samples/', import.meta.url);
const sample = (name: string) => JSON.parse(readFileSync(new URL(`${name}.json`, samples), 'utf8'));
const receivedAt = new Date('2026-03-02T09:00:00Z');
const read = (event: unknown) => readMailEvent({ carrier: 'ses', payload: { event }, receivedAt });
const about = {
  recipientId: '0199b3c0-0000-7000-8000-000000000002',
  campaignId: '0199b3c0-0000-7000-8000-000000000001',
  messageId: '0107018f3c5a-1111',
  address: 'ayse@example.com',
};
const at = (seconds: string) => new Date(`2026-03-02T08:59:${seconds}Z`);
const hard = { kind: 'hard', code: '5.1.1', text: 'smtp; 550 5.1.1 user unknown' };

describe('what SES says, in our words', () => {
  const words: Record<string, object | null> = {
    send: { type: 'send', ...about, at: at('58.123') },
    delivery: { type: 'delivery', ...about, at: at('59.500') },
    'bounce-permanent': { type: 'bounce', ...about, at: at('59.600'), bounce: hard },
    'bounce-suppressed': { type: 'bounce', bounce: { kind: 'hard', code: 'OnAccountSuppressionList', text: null } },
    'bounce-full': { type: 'bounce', bounce: { kind: 'soft', code: '4.2.2' } },
    'bounce-too-large': { type: 'bounce', bounce: { kind: 'ignored', code: 'MessageTooLarge' } },
    'bounce-expired': { type: 'bounce', bounce: { kind: 'hard', code: '4.4.7' } },
    'bounce-undetermined': { type: 'bounce', bounce: { kind: 'soft' } },
    complaint: { type: 'complaint', ...about, at: at('59.700') },
    // somebody says that it is no spam after all
    'complaint-not-spam': null,
    reject: { type: 'reject', ...about, at: receivedAt },
    'rendering-failure': { type: 'reject', ...about },
    'delivery-delay': { type: 'delay', ...about, at: at('59.800') },
    open: { type: 'open', ...about, userAgent: 'Mozilla/5.0 (iPhone)' },
    click: { type: 'click', ...about, link: 'https://acme.example.com/bahar' },
    // without a configuration set there are no tags: the mail's own header tells whose it is
    'notification-complaint': {
      type: 'complaint',
      recipientId: about.recipientId,
      messageId: '0107018f3c5a-2222',
      address: about.address,
    },
    subscription: null,
  };
  it('every sample has its line', () =>
    expect(
      readdirSync(samples)
        .map((file) => file.replace('.json', ''))
        .sort(),
    ).toEqual(Object.keys(words).sort()));

  it.each(Object.entries(words))('%s', (name, wanted) => {
    const event = read(sample(name));
    if (wanted === null) expect(event).toBeNull();
    else expect(event).toMatchObject(wanted);
  });

  it('a clock that runs ahead, or none, is ours; ids that are none are left out', () => {
    const delivery = sample('delivery');
    delivery.delivery.timestamp = '2099-01-01T00:00:00Z';
    expect(read(delivery)!.at).toEqual(receivedAt);
    delivery.delivery.timestamp = 'yesterday';
    delivery.mail.tags = { recipient: ["'; drop table"], campaign: [null] };
    delivery.mail.headers = [{ name: 'X-ULAK-recipient', value: 'x' }];
    const event = read(delivery)!;
    expect(event.at).toEqual(receivedAt);
    expect(event).not.toHaveProperty('recipientId');
    expect(event).not.toHaveProperty('campaignId');
  });

  it.each([['__proto__'], ['constructor'], ['toString'], [''], ['send']])('%j is no event', (eventType) =>
    expect(read({ eventType, mail: {} })).toBeNull(),
  );

  it('whatever stands in it, reading never throws, and what it says is short', () => {
    const types = ['Send', 'Delivery', 'Bounce', 'Complaint', 'Reject', 'DeliveryDelay', 'Open', 'Click'];
    const detail = fc.oneof(
      fc.jsonValue(),
      fc.record({ timestamp: fc.jsonValue(), bouncedRecipients: fc.jsonValue() }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...types), fc.jsonValue(), detail, (eventType, mail, said) => {
        const key = eventType === 'DeliveryDelay' ? 'deliveryDelay' : eventType.toLowerCase();
        const event = read({ eventType, mail, [key]: said });
        expect(JSON.stringify(event).length).toBeLessThan(8_000);
      }),
    );
  });
});

it('the sandbox speaks our words already', () => {
  const payload = { type: 'bounce', ...about, at: '2026-03-02T08:59:59Z', bounce: hard };
  expect(readMailEvent({ carrier: 'sandbox', payload, receivedAt })).toEqual({ ...payload, at: at('59') });
  expect(readMailEvent({ carrier: 'sandbox', payload: { type: 'nonsense' }, receivedAt })).toBeNull();
});
