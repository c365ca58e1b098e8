import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MailEvent } from '#src/emails/mail-event.ts';
import { followEvents, type MailFacts } from '#src/emails/mail-facts.ts';

const dispatchedAt = new Date('2026-03-02T09:00:00Z');
const sending: MailFacts = {
  status: 'sending',
  statusReason: null,
  errorCode: null,
  providerMessageId: null,
  attempt: 1,
  dispatchedAt,
  sentAt: null,
  deliveredAt: null,
  openedAt: null,
  clickedAt: null,
  bouncedAt: null,
  complainedAt: null,
};
const minute = (minutes: number) => new Date(dispatchedAt.getTime() + minutes * 60_000);
const event = (type: MailEvent['type'], minutes = 1, more: Partial<MailEvent> = {}): MailEvent => ({
  type,
  at: minute(minutes),
  messageId: 'm',
  ...more,
});
const bounce = (kind: 'hard' | 'soft' | 'ignored', code: string | null = null, minutes = 1) =>
  event('bounce', minutes, { bounce: { kind, code, text: null } });
const verdict = ({ status, statusReason, errorCode }: MailFacts) => [status, statusReason, errorCode];

const events: fc.Arbitrary<MailEvent> = fc
  .record({
    type: fc.constantFrom<MailEvent['type']>('send', 'delivery', 'bounce', 'complaint', 'reject', 'delay'),
    minutes: fc.integer({ min: -5, max: 600 }),
    kind: fc.constantFrom('hard' as const, 'soft' as const, 'ignored' as const),
    code: fc.constantFrom('5.1.1', '4.2.2', '5.7.1', null),
  })
  .map(({ type, minutes, kind, code }) => (type === 'bounce' ? bounce(kind, code, minutes) : event(type, minutes)));
const states: fc.Arbitrary<MailFacts> = fc.constantFrom(
  sending,
  { ...sending, status: 'unknown', statusReason: 'timeout', errorCode: 'timeout' },
  { ...sending, status: 'sent', sentAt: minute(0) },
  { ...sending, status: 'queued', dispatchedAt: null },
  { ...sending, status: 'read', sentAt: minute(0), openedAt: minute(2) },
  { ...sending, status: 'failed', statusReason: 'given-up' },
  { ...sending, status: 'skipped', statusReason: 'unsubscribed', dispatchedAt: null },
);

describe('followEvents', () => {
  it('any order, any repetition, all at once or one by one: the same in the end', () => {
    fc.assert(
      fc.property(
        states,
        fc
          .uniqueArray(events, { maxLength: 6, selector: (one) => JSON.stringify(one) })
          .chain((some) =>
            fc.tuple(fc.constant(some), fc.shuffledSubarray([...some, ...some], { minLength: some.length })),
          ),
        (state, [some, shuffled]) => {
          const all = [...shuffled, ...some.filter((one) => !shuffled.includes(one))];
          const once = followEvents(state, some);
          expect(followEvents(state, all)).toEqual(once);
          expect(followEvents(followEvents(state, all.slice(0, 2)), all.slice(2))).toEqual(once);
          expect(followEvents(once, some)).toEqual(once);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('a mail that was read stays read, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(events, { maxLength: 5 }), (some) => {
        const read: MailFacts = { ...sending, status: 'read', sentAt: minute(0), openedAt: minute(2) };
        expect(verdict(followEvents(read, some))).toEqual(['read', null, null]);
      }),
    );
  });

  it.each<[string, MailEvent[], (string | null)[]]>([
    ['send', [event('send')], ['sent', null, null]],
    ['delivery before send', [event('delivery'), event('send')], ['delivered', null, null]],
    ['delay', [event('delay')], ['sending', null, null]],
    ['hard after delivery', [event('delivery'), bounce('hard', '5.1.1', 5)], ['failed', 'bounced', '5.1.1']],
    ['soft alone', [event('send'), bounce('soft', '4.2.2')], ['failed', 'soft-bounced', '4.2.2']],
    ['an absence note after delivery', [event('delivery'), bounce('soft')], ['delivered', null, null]],
    ['soft, then delivered after all', [bounce('soft', '4.2.2'), event('delivery')], ['delivered', null, null]],
    [
      'refused for what it holds',
      [event('send'), bounce('ignored', 'MessageTooLarge')],
      ['failed', 'rejected', 'MessageTooLarge'],
    ],
    ['reject', [event('reject')], ['failed', 'rejected', null]],
    ['complaint', [event('complaint')], ['delivered', null, null]],
  ])('%s', (_, some, expected) => expect(verdict(followEvents(sending, some))).toEqual(expected));

  it('an unknown one is known to have gone out, or not; a skipped one only gets times', () => {
    const unknown: MailFacts = { ...sending, status: 'unknown', statusReason: 'worker-lost' };
    expect(followEvents(unknown, [event('send')])).toMatchObject({
      status: 'sent',
      statusReason: null,
      sentAt: dispatchedAt,
      providerMessageId: 'm',
    });
    const skipped: MailFacts = { ...sending, status: 'skipped', statusReason: 'unsubscribed' };
    expect(followEvents(skipped, [event('delivery')])).toMatchObject({ status: 'skipped', deliveredAt: minute(1) });
  });

  it('what belongs to an attempt before the last says nothing of the last', () => {
    const again: MailFacts = { ...sending, attempt: 2, sentAt: minute(-60), bouncedAt: minute(-50) };
    expect(followEvents(again, [bounce('soft', '4.2.2', -50), event('reject', -50)])).toEqual(again);
    const waiting: MailFacts = { ...again, status: 'queued', dispatchedAt: null };
    expect(followEvents(waiting, [event('send', -60)])).toMatchObject({ status: 'queued' });
    expect(followEvents(again, [bounce('hard', '5.1.1', -50)])).toMatchObject({ status: 'failed' });
  });
});
