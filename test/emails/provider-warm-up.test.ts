import { sql } from 'drizzle-orm';
import { afterAll, describe, expect, it } from 'vitest';
import { leaseBatch } from '#src/emails/lease-batch.ts';
import type { Mailing } from '#src/emails/mailing.ts';
import { providerOf } from '#src/emails/provider-of.ts';
import {
  giveBackProviderWarmUp,
  type ProviderWarmUp,
  providerCap,
  takeProviderWarmUp,
} from '#src/emails/provider-warm-up.ts';
import { sendBatch } from '#src/emails/send-batch.ts';
import { newId } from '#src/platform/ids.ts';
import { giveIdentity } from '#test/campaigns/email-scene.ts';
import { createWorld } from '#test/support/world.ts';
import { countingCarrier, countsOf, createAddressees, createMailing } from './mailing-scene.ts';

const world = await createWorld();
const { ctx, clock } = world;
const identityId = await giveIdentity(world, world.acme);
const { organizationId } = world.acme;
const since = '2026-03-02';
const warmUp: ProviderWarmUp = {
  identityId,
  organizationId,
  since,
  curves: { gmail: { firstDay: 10, growth: 2, days: 3 }, microsoft: { firstDay: 4, growth: 1, days: 30 } },
};
afterAll(() => world[Symbol.asyncDispose]());

it.each([
  ['a@gmail.com', 'gmail'],
  ['a@googlemail.com', 'gmail'],
  ['a@HOTMAIL.com.tr', 'microsoft'],
  ['a@outlook.com', 'microsoft'],
  ['a@live.nl', 'microsoft'],
  ['a@yahoo.co.uk', 'yahoo'],
  ['a@icloud.com', 'icloud'],
  ['a@yandex.com.tr', 'yandex'],
  ['a@gmail.com.example.com', 'other'],
  ['a@notgmail.com', 'other'],
  ['a@live.example.com', 'other'],
])('%s: %s', (address, provider) => expect(providerOf(address)).toBe(provider));

it('grows by day and ends after its days; a provider that is not named has no limit', () => {
  const on = (day: number) => providerCap(since, warmUp.curves.gmail, new Date(Date.UTC(2026, 2, 2 + day, 23, 59)));
  expect([on(0), on(1), on(2), on(3)]).toEqual([10, 20, 40, null]);
  expect(providerCap(since, undefined, clock.now())).toBeNull();
});

it('a day is shared by all: twenty at once get exactly what it holds; what was not sent is given back', async () => {
  const wanted = new Map([
    ['gmail', 3],
    ['microsoft', 1],
    ['other', 5],
  ] as const);
  const taken = await Promise.all(Array.from({ length: 20 }, () => takeProviderWarmUp(ctx, warmUp, wanted)));
  const sum = (name: 'gmail' | 'microsoft' | 'other') => taken.reduce((all, one) => all + (one.get(name) ?? 0), 0);
  expect([sum('gmail'), sum('microsoft'), sum('other')]).toEqual([10, 4, 100]);
  await giveBackProviderWarmUp(ctx, warmUp, new Map([['gmail', 2]]));
  expect((await takeProviderWarmUp(ctx, warmUp, wanted)).get('gmail')).toBe(2);
  await ctx.db.execute(sql`delete from identity_provider_days`);
});

describe('a campaign', () => {
  async function mailing(count: number, domains: string[]) {
    const carrier = countingCarrier();
    const groupId = await createAddressees(world, world.acme, count);
    const list = sql.join(domains, sql`, `);
    await ctx.db.execute(sql`
      update customers c set email = replace(c.email, 'example.com', (array[${list}]::text[])[1 + length(c.email) % ${domains.length}::int])
      from group_members g where g.group_id = ${groupId} and g.customer_id = c.id`);
    const made = await createMailing(world, world.acme, groupId, carrier);
    return { ...made, carrier, mailing: { ...made.mailing, providerWarmUp: warmUp } };
  }
  const run = async (mailing: Mailing) =>
    sendBatch(ctx, mailing, (await leaseBatch(ctx, newId()))!, new AbortController().signal);
  const sentTo = (carrier: ReturnType<typeof countingCarrier>) =>
    Object.groupBy(carrier.sent, ({ to }) => providerOf(String(to)));

  it('whose provider’s day is full waits for tomorrow, everybody else is written to; nobody is lost or written to twice', async () => {
    const { id, carrier, mailing: warming } = await mailing(120, ['gmail.com', 'x.example.com']);
    const gmail = (
      await ctx.db.execute<{ n: number }>(
        sql`select count(*)::int as n from campaign_recipients where campaign_id = ${id} and address like '%@gmail.com'`,
      )
    )[0]!.n;
    expect(gmail).toBeGreaterThan(20);
    expect(gmail).toBeLessThan(120);
    expect(await run(warming)).toEqual({ kind: 'more' });
    expect(sentTo(carrier).gmail).toHaveLength(10);
    expect(sentTo(carrier).other).toHaveLength(120 - gmail);
    expect(await countsOf(world, id)).toEqual({ sent: 10 + 120 - gmail, queued: gmail - 10 });
    expect(await leaseBatch(ctx, newId())).toBeNull();
    clock.set(new Date('2026-03-03T00:00:00Z'));
    await run(warming);
    expect(sentTo(carrier).gmail).toHaveLength(Math.min(gmail, 30));
    clock.set(new Date('2026-03-05T00:00:00Z'));
    if (gmail > 30) expect(await run(warming)).toEqual({ kind: 'exhausted' });
    expect(await countsOf(world, id)).toEqual({ sent: 120 });
    expect(new Set(carrier.sent.map(({ to }) => to)).size).toBe(120);
    clock.set(new Date('2026-03-02T09:00:00Z'));
    await ctx.db.execute(sql`delete from identity_provider_days`);
  });

  it('two workers at once stay within the day; what the carrier did not take is not counted', async () => {
    const [one, two] = [await mailing(30, ['gmail.com']), await mailing(30, ['gmail.com'])];
    let refused = 0;
    one.carrier.answer = () =>
      refused++ < 2
        ? { kind: 'unavailable', reason: 'recipient-temporary', cause: '450' }
        : { kind: 'accepted', value: { providerMessageId: null } };
    const mailings = new Map([one, two].map(({ id, mailing }) => [id, mailing]));
    const work = async () => {
      const lease = await leaseBatch(ctx, newId());
      if (lease) await sendBatch(ctx, mailings.get(lease.campaignId)!, lease, new AbortController().signal);
    };
    await Promise.all([work(), work()]);
    await work();
    const sent = one.carrier.sent.length + two.carrier.sent.length;
    const [day] = await ctx.db.execute<{ sent_count: number }>(
      sql`select sent_count from identity_provider_days where provider = 'gmail'`,
    );
    expect(sent).toBeLessThanOrEqual(10);
    expect(day!.sent_count).toBe(sent);
  });
});

it('200: is set for an identity by its owner, shown with what today holds, and taken away', async () => {
  const path = `/v1/sending-identities/${identityId}`;
  await ctx.db.execute(sql`delete from identity_provider_days`);
  await takeProviderWarmUp(ctx, warmUp, new Map([['gmail', 7]]));
  const set = await world.acme.call('PATCH', path, { providerWarmUp: warmUp.curves });
  const shown = {
    since,
    providers: [
      { provider: 'gmail', dailyLimit: 10, sentToday: 7 },
      { provider: 'microsoft', dailyLimit: 4, sentToday: 0 },
    ],
  };
  expect(set.status).toBe(200);
  expect((await (await world.acme.call('GET', path)).json()).providerWarmUp).toEqual(shown);
  clock.advance({ minutes: 60 * 24 });
  await world.acme.call('PATCH', path, { providerWarmUp: { gmail: warmUp.curves.gmail } });
  const [{ providerWarmUp }] = (await (await world.acme.call('GET', '/v1/sending-identities')).json()).data;
  expect(providerWarmUp).toEqual({ since, providers: [{ provider: 'gmail', dailyLimit: 20, sentToday: 0 }] });
  expect((await world.acme.call('PATCH', path, { providerWarmUp: { aol: warmUp.curves.gmail } })).status).toBe(400);
  await world.acme.call('PATCH', path, { providerWarmUp: null });
  expect((await (await world.acme.call('GET', path)).json()).providerWarmUp).toBeNull();
});
