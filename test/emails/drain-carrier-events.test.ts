import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { followMailEvents } from '#src/campaigns/follow-mail-events.ts';
import { fenceRecipients } from '#src/emails/fence-recipients.ts';
import { leaseBatch } from '#src/emails/lease-batch.ts';
import { purgeEmails } from '#src/emails/purge-emails.ts';
import { recordCarrierEvents } from '#src/emails/record-carrier-events.ts';
import { recordSends } from '#src/emails/record-sends.ts';
import { newId } from '#src/platform/ids.ts';
import { barOf, heldBy, states } from '#test/customers/consenting.ts';
import { createWorld } from '#test/support/world.ts';
import { markSent, type Recipient, rowOf, stageMailing } from './link-scene.ts';
import { createMailing } from './mailing-scene.ts';
import { bounce, sesEvent, tell } from './ses-events.ts';

const world = await createWorld();
afterAll(() => world[Symbol.asyncDispose]());
const { ctx, acme, clock } = world;
const scene = await stageMailing(world, 120);
await markSent(world, scene.id, 60);
const sentAt = new Date(clock.now().getTime() - 3_600_000);
let next = 0;
const someone = (): Recipient => scene.recipients[next++]!;
const later = (minutes: number) => new Date(sentAt.getTime() + minutes * 60_000);
const about = ({ id }: Recipient, type: string, minutes = 1, detail = {}) =>
  sesEvent(type, { recipientId: id, at: later(minutes), detail });
const verdictOn = async (who: Recipient) => {
  const { status, status_reason, error_code } = await rowOf(world, who.id);
  return [status, status_reason, error_code];
};
const pending = async () =>
  (
    await ctx.db.execute<{ count: number }>(
      sql`select count(*)::int as count from carrier_events where applied_at is null`,
    )
  )[0]!.count;
const countsAreExact = async () => {
  const [row] = await ctx.db.execute<{ exact: boolean }>(sql`
    select bool_and(p.sent_count = s.sent and p.delivered_count = s.delivered and p.read_count = s.read and p.failed_count = s.failed) as exact
    from campaign_progress p join (select campaign_id, count(*) filter (where status = 'sent') as sent,
      count(*) filter (where status = 'delivered') as delivered, count(*) filter (where status = 'read') as read,
      count(*) filter (where status = 'failed') as failed from campaign_recipients group by 1) s using (campaign_id)`);
  return row!.exact;
};

describe('what carriers report', () => {
  it('delivery, delay, reject: status, time and reason; counts follow, front ends are told', async () => {
    const [delivered, late, rejected] = [someone(), someone(), someone()];
    await tell(world, about(delivered, 'Delivery', 2), about(late, 'DeliveryDelay'), about(rejected, 'Reject'));
    expect(await followMailEvents(ctx)).toBe(3);
    expect(await rowOf(world, delivered.id)).toMatchObject({
      status: 'delivered',
      provider_message_id: `ses-${delivered.id}`,
    });
    expect(new Date((await rowOf(world, delivered.id))['delivered_at'] as string)).toEqual(later(2));
    expect(await verdictOn(late)).toEqual(['sent', null, null]);
    expect(await verdictOn(rejected)).toEqual(['failed', 'rejected', null]);
    const [told] = await ctx.db.execute<{ data: Record<string, unknown> }>(
      sql`select data from live_events where type = 'campaign.progress' order by id desc limit 1`,
    );
    expect(told!.data).toMatchObject({ campaignId: scene.id, counts: { delivered: 1, failed: 1, sent: 118 } });
    expect(await countsAreExact()).toBe(true);
  });

  it('a hard bounce: failed, the address closed at once, the consent left as it is', async () => {
    const who = someone();
    await tell(world, about(who, 'Bounce', 1, bounce('Permanent', '5.1.1')));
    await followMailEvents(ctx);
    expect(await verdictOn(who)).toEqual(['failed', 'bounced', '5.1.1']);
    expect(await barOf(acme.ctx, who.customerId, who.address)).toBe('unsubscribed');
    expect(await states(acme, who.customerId)).toEqual(['given form']);
  });

  it('a complaint: closed for good, the consent withdrawn with its evidence; “not spam” is none', async () => {
    const [who, happy] = [someone(), someone()];
    await tell(
      world,
      about(who, 'Complaint', 3, { complaintFeedbackType: 'abuse' }),
      about(happy, 'Complaint', 3, { complaintFeedbackType: 'not-spam' }),
    );
    await followMailEvents(ctx);
    expect(await rowOf(world, who.id)).toMatchObject({ status: 'delivered', complained_at: expect.anything() });
    expect(await states(acme, who.customerId)).toEqual(['given form', 'withdrawn complaint']);
    expect((await heldBy(acme, who.customerId)).email).toBeNull();
    expect(await barOf(acme.ctx, happy.customerId, happy.address)).toBeNull();
  });

  it('soft bounces: failed, the address stays open until the fifth in a row', async () => {
    const { groupId, recipients, carrier, id } = await stageMailing(world, 1);
    const [who] = recipients as [Recipient];
    const campaignIds = [id];
    for (let i = 0; i < 4; i++) campaignIds.push((await createMailing(world, acme, groupId, carrier)).id);
    for (const [i, campaignId] of campaignIds.entries()) {
      await markSent(world, campaignId, 1);
      const [row] = await ctx.db.execute<{ id: string }>(
        sql`select id from campaign_recipients where campaign_id = ${campaignId}`,
      );
      await tell(
        world,
        sesEvent('Bounce', { recipientId: row!.id, at: clock.now(), detail: bounce('Transient', '4.2.2') }),
      );
      await followMailEvents(ctx);
      expect(await rowOf(world, row!.id)).toMatchObject({ status: 'failed', status_reason: 'soft-bounced' });
      expect(await barOf(acme.ctx, who.customerId, who.address)).toBe(i < 4 ? null : 'unsubscribed');
    }
  });

  it('before our own commit: known by then, and the commit takes nothing back', async () => {
    const { recipients } = await stageMailing(world, 3);
    const lease = (await leaseBatch(ctx, newId()))!;
    const { addressees } = await fenceRecipients(ctx, lease, 3);
    const [first, second, third] = recipients as [Recipient, Recipient, Recipient];
    const at = clock.now();
    await tell(
      world,
      sesEvent('Delivery', { recipientId: first.id, at }),
      sesEvent('Bounce', { recipientId: second.id, at, detail: bounce('Permanent', '5.1.1') }),
    );
    await followMailEvents(ctx);
    const accepted = { reason: null, code: null, providerMessageId: 'own', afterMs: 0, refused: false };
    await recordSends(
      ctx,
      addressees.map((addressee) => ({ addressee, verdict: { ...accepted, status: 'sent' as const } })),
    );
    expect(await verdictOn(first)).toEqual(['delivered', null, null]);
    expect((await verdictOn(second)).slice(0, 2)).toEqual(['failed', 'bounced']);
    expect(await verdictOn(third)).toEqual(['sent', null, null]);
  });

  it('a mail of unknown outcome is known to have gone out', async () => {
    const [sent, delivered] = [someone(), someone()];
    await ctx.db.execute(sql`
      update campaign_recipients set status = 'unknown', status_reason = 'worker-lost', sent_at = null where id in (${sent.id}, ${delivered.id})`);
    await tell(world, about(sent, 'Send'), about(delivered, 'Delivery'));
    await followMailEvents(ctx);
    expect(await rowOf(world, sent.id)).toMatchObject({
      status: 'sent',
      status_reason: null,
      sent_at: expect.anything(),
    });
    expect(await verdictOn(delivered)).toEqual(['delivered', null, null]);
    expect(await countsAreExact()).toBe(true);
  });

  it('known by nothing but the carrier’s id: found by it, waits for our commit, and not for ever', async () => {
    const who = someone();
    const by = (messageId: string) => sesEvent('Delivery', { messageId, at: later(1), address: who.address });
    await tell(world, by('late'), by('never'));
    expect(await followMailEvents(ctx)).toBe(0);
    expect(await pending()).toBe(2);
    await ctx.db.execute(sql`update campaign_recipients set provider_message_id = 'late' where id = ${who.id}`);
    expect(await followMailEvents(ctx)).toBe(1);
    expect(await verdictOn(who)).toEqual(['delivered', null, null]);
    clock.advance({ minutes: 11 });
    expect(await followMailEvents(ctx)).toBe(1);
    expect(await pending()).toBe(0);
  });

  it('passes over what makes no sense, of nobody’s, of a campaign that is gone; the rest is applied', async () => {
    const who = someone();
    await tell(
      world,
      {},
      { eventType: 'Nonsense' },
      { eventType: 'Delivery', mail: { tags: { recipient: ["'; drop table"] } } },
      { eventType: 'Bounce', mail: { tags: { recipient: [newId()] } }, bounce: 'x' },
      { eventType: 'Delivery', mail: { tags: 5, headers: [null, 5, { name: 'X-Ulak-Recipient', value: who.id }] } },
    );
    await followMailEvents(ctx);
    clock.advance({ minutes: 11 });
    await followMailEvents(ctx);
    expect(await pending()).toBe(0);
    expect(await verdictOn(who)).toEqual(['delivered', null, null]);
  });

  it('the same notice twice is one row; seven hundred at once are applied', async () => {
    const who = someone();
    const row = { carrier: 'ses' as const, noticeId: 'same', payload: { event: about(who, 'Delivery') } };
    expect([await recordCarrierEvents(ctx, [row, row]), await recordCarrierEvents(ctx, [row])]).toEqual([1, 0]);
    await tell(world, ...Array.from({ length: 700 }, (_, i) => about(scene.recipients[i % 100]!, 'Send')));
    expect(await followMailEvents(ctx)).toBe(701);
    expect(await pending()).toBe(0);
    expect(await countsAreExact()).toBe(true);
  });

  it('opens and clicks that the carrier followed are judged as ours are', async () => {
    const who = someone();
    await ctx.db.execute(sql`update campaigns set track_opens = true, track_clicks = true where id = ${scene.id}`);
    const userAgent = 'Mozilla/5.0 (iPhone) AppleWebKit/605.1.15';
    await tell(
      world,
      about(who, 'Open', 0, { userAgent }),
      about(who, 'Open', 5, { userAgent: 'Mozilla/5.0' }),
      about(who, 'Click', 6, { userAgent, link: 'https://a.example/' }),
    );
    await followMailEvents(ctx);
    clock.advance({ minutes: 10 });
    await followMailEvents(ctx);
    const row = await rowOf(world, who.id);
    expect(row['status']).toBe('read');
    expect(new Date(row['clicked_at'] as string)).toEqual(later(6));
    expect(row['opened_at']).toEqual(row['clicked_at']);
  });
});

it('events that were applied are forgotten after a week, others are kept', async () => {
  const [who] = [someone()];
  await tell(world, about(who, 'Delivery'));
  await followMailEvents(ctx);
  const count = async () =>
    (await ctx.db.execute<{ count: number }>(sql`select count(*)::int as count from carrier_events`))[0]!.count;
  clock.advance({ hours: 24 * 6 });
  const kept = await count();
  await purgeEmails(ctx);
  expect(await count()).toBe(kept);
  clock.advance({ hours: 25 });
  await tell(world, about(who, 'Delivery'));
  await purgeEmails(ctx);
  expect(await count()).toBe(1);
  await followMailEvents(ctx);
});

const kinds: [string, object?][] = [
  ['Send'],
  ['Delivery'],
  ['Complaint'],
  ['Reject'],
  ['DeliveryDelay'],
  ['Bounce', bounce('Permanent', '5.1.1')],
  ['Bounce', bounce('Transient', '4.2.2')],
  ['Bounce', bounce('Transient', '5.3.4', 'MessageTooLarge')],
  ['Open', { userAgent: 'Mozilla/5.0 (iPhone) AppleWebKit/605.1.15' }],
];
type Telling = [kind: number, minutes: number];

/** Some events, and the same in another order, some of them twice. */
function sampleHistories(count: number): [Telling[], Telling[]][] {
  const telling = fc.tuple(fc.nat(kinds.length - 1), fc.integer({ min: 1, max: 5 }));
  const some = fc.uniqueArray(telling, { minLength: 1, maxLength: 5, selector: (one) => one.join() });
  const histories = some.chain((plain) =>
    fc.tuple(fc.constant(plain), fc.shuffledSubarray([...plain, ...plain], { minLength: plain.length })),
  );
  return fc
    .sample(histories, { numRuns: count, seed: 4 })
    .map(([plain, shuffled]) => [plain, [...shuffled, ...plain.filter((one) => !shuffled.includes(one))]]);
}

/** What does not tell one recipient from another. */
async function outcomeOf({ id }: Recipient) {
  const { status, status_reason, error_code, provider_message_id, attempt, ...row } = await rowOf(world, id);
  const times = Object.entries(row).filter(([name]) => name.endsWith('_at') && name !== 'updated_at');
  return { status, status_reason, error_code, provider_message_id, attempt, ...Object.fromEntries(times) };
}

it('any order and repetition of the same events leaves the same row', async () => {
  const histories = sampleHistories(50);
  const { id, recipients } = await stageMailing(world, 2 * histories.length);
  await ctx.db.execute(sql`update campaigns set track_opens = true where id = ${id}`);
  await markSent(world, id, 10);
  const from = clock.now().getTime() - 600_000;
  const tellOf = ({ id }: Recipient, tellings: Telling[]) =>
    tell(
      world,
      ...tellings.map(([kind, minutes]) => {
        const [type, detail = {}] = kinds[kind]!;
        const at = new Date(from + minutes * 60_000);
        return sesEvent(type, { recipientId: id, messageId: 'x', at, detail: { ...detail } });
      }),
    );
  for (const [i, [plain, shuffled]] of histories.entries()) {
    await tellOf(recipients[2 * i]!, plain);
    await tellOf(recipients[2 * i + 1]!, shuffled.slice(0, 2));
    if (i % 5 === 0) await followMailEvents(ctx);
    await tellOf(recipients[2 * i + 1]!, shuffled.slice(2));
    if (i % 3 === 0) await followMailEvents(ctx);
  }
  for (let busy = 1; busy > 0; ) busy = await followMailEvents(ctx);
  for (const i of histories.keys())
    expect(await outcomeOf(recipients[2 * i + 1]!), JSON.stringify(histories[i])).toEqual(
      await outcomeOf(recipients[2 * i]!),
    );
  expect(await countsAreExact()).toBe(true);
});
