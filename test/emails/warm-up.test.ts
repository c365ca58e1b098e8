import { sql } from 'drizzle-orm';
import { afterAll, expect, it } from 'vitest';
import { sendingIdentities } from '#src/db/schema/emails.ts';
import { leaseBatch } from '#src/emails/lease-batch.ts';
import { sendBatch } from '#src/emails/send-batch.ts';
import { giveBackWarmUp, takeWarmUp, warmUpCap } from '#src/emails/warm-up.ts';
import { newId } from '#src/platform/ids.ts';
import { createWorld } from '#test/support/world.ts';
import { countingCarrier, countsOf, createAddressees, createMailing } from './mailing-scene.ts';

const world = await createWorld();
const { ctx, clock } = world;
afterAll(() => world[Symbol.asyncDispose]());

async function identity() {
  const [made] = await ctx.db
    .insert(sendingIdentities)
    .values({
      organizationId: world.acme.organizationId,
      fromName: 'Acme',
      fromEmail: `${newId()}@acme.example.com`,
      domain: 'acme.example.com',
      tradeName: 'Acme A.Ş.',
      contact: 'İstanbul',
      carrier: 'sandbox',
      dkimSelector: 'a',
      dkimKeySealed: 'x',
      dkimPublicKey: 'x',
      warmUpSince: '2026-03-02',
    })
    .returning();
  return { identityId: made!.id, organizationId: world.acme.organizationId, since: '2026-03-02' };
}

it('grows from 200 a day to 200,000 on the 42nd, and is over then; never shrinks', () => {
  const caps = Array.from({ length: 43 }, (_, day) =>
    warmUpCap('2026-03-02', new Date(Date.UTC(2026, 2, 2 + day, 23, 59))),
  );
  expect([caps[0], caps[1], caps[41], caps[42]]).toEqual([200, 237, 200_000, null]);
  for (let day = 1; day <= 41; day++) expect(caps[day]!).toBeGreaterThan(caps[day - 1]!);
});

it('a day is shared by all: twenty at once get exactly what it holds; what was not sent is given back', async () => {
  const warmUp = await identity();
  const taken = await Promise.all(Array.from({ length: 20 }, () => takeWarmUp(ctx, warmUp, 30)));
  expect(taken.reduce((sum, count) => sum + count, 0)).toBe(200);
  await giveBackWarmUp(ctx, warmUp, 5);
  expect(await takeWarmUp(ctx, warmUp, 30)).toBe(5);
  expect(await takeWarmUp(ctx, warmUp, 30)).toBe(0);
});

it('a campaign beyond the day waits for tomorrow and says why; nobody is lost', async () => {
  const carrier = countingCarrier();
  const groupId = await createAddressees(world, world.acme, 450);
  const { id, mailing } = await createMailing(world, world.acme, groupId, carrier);
  const warming = { ...mailing, warmUp: await identity() };
  const run = async () => sendBatch(ctx, warming, (await leaseBatch(ctx, newId()))!, new AbortController().signal);
  const tomorrow = new Date('2026-03-03T00:00:00Z');
  expect(await run()).toEqual({ kind: 'waiting', until: tomorrow, reason: 'identity-warm-up' });
  expect(await countsOf(world, id)).toEqual({ sent: 200, queued: 250 });
  expect(await leaseBatch(ctx, newId())).toBeNull();
  clock.set(tomorrow);
  expect(await run()).toMatchObject({ kind: 'waiting', reason: 'identity-warm-up' });
  expect(await countsOf(world, id)).toEqual({ sent: 437, queued: 13 });
  clock.set(new Date('2026-03-04T00:00:00Z'));
  expect(await run()).toEqual({ kind: 'exhausted' });
  const [day] = await ctx.db.execute(sql`select sent_count from identity_days where day = '2026-03-04'`);
  expect(day).toEqual({ sent_count: 13 });
});
