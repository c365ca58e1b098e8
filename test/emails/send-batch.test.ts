import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { fenceRecipients } from '#src/emails/fence-recipients.ts';
import { type Lease, leaseBatch } from '#src/emails/lease-batch.ts';
import { sendBatch } from '#src/emails/send-batch.ts';
import { sweepBatches } from '#src/emails/sweep-batches.ts';
import { newId } from '#src/platform/ids.ts';
import { createWorld, type World } from '#test/support/world.ts';
import { countingCarrier, countsOf, createAddressees, createMailing } from './mailing-scene.ts';

const never = new AbortController().signal;

async function stage(world: World, count: number) {
  const carrier = countingCarrier();
  const groupId = await createAddressees(world, world.acme, count);
  const { id, mailing } = await createMailing(world, world.acme, groupId, carrier);
  const lease = async (): Promise<Lease> => (await leaseBatch(world.ctx, newId()))!;
  return { carrier, id, mailing, lease };
}

it('sends every batch, each recipient once, and says when nobody is left', async () => {
  await using world = await createWorld();
  const { carrier, id, mailing, lease } = await stage(world, 1100);
  const ends = [];
  for (let i = 0; i < 3; i++) ends.push((await sendBatch(world.ctx, mailing, await lease(), never)).kind);
  expect(ends).toEqual(['more', 'more', 'exhausted']);
  expect(await leaseBatch(world.ctx, newId())).toBeNull();
  expect(new Set(carrier.sent.map(({ to }) => to)).size).toBe(1100);
  expect(carrier.sent).toHaveLength(1100);
  expect(await countsOf(world, id)).toEqual({ sent: 1100 });
  const [contacted] = await world.ctx.db.execute<{ count: number }>(
    sql`select count(*)::int as count from customers where last_contacted_at is not null`,
  );
  expect(contacted!.count).toBe(1100);
});

it('several workers at once: nobody twice, nobody forgotten', async () => {
  await using world = await createWorld();
  const { carrier, id, mailing } = await stage(world, 3000);
  const work = async () => {
    for (;;) {
      const lease = await leaseBatch(world.ctx, newId());
      if (!lease) return;
      await sendBatch(world.ctx, mailing, lease, never);
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  expect(new Set(carrier.sent.map(({ to }) => to)).size).toBe(3000);
  expect(carrier.sent).toHaveLength(3000);
  expect(await countsOf(world, id)).toEqual({ sent: 3000 });
});

it('a worker lost after the intent: those are unknown and never written to again, the rest goes on', async () => {
  await using world = await createWorld();
  const { carrier, id, mailing, lease } = await stage(world, 20);
  const lost = await lease();
  const { addressees } = await fenceRecipients(world.ctx, lost, 5);
  expect(addressees).toHaveLength(5);
  expect(await leaseBatch(world.ctx, newId())).toBeNull();
  world.clock.advance({ minutes: 6 });
  expect((await sendBatch(world.ctx, mailing, await lease(), never)).kind).toBe('exhausted');
  expect(await countsOf(world, id)).toEqual({ sent: 15, unknown: 5 });
  expect(carrier.sent.map(({ messageId }) => messageId)).not.toContain(addressees[0]!.recipientId);
});

it('a worker that froze past its lease begins nothing, and what it had sent still counts', async () => {
  await using world = await createWorld();
  const { carrier, id, mailing, lease } = await stage(world, 10);
  const frozen = await lease();
  carrier.answer = () => {
    world.clock.advance({ minutes: 6 });
    return { kind: 'accepted', value: { providerMessageId: 'x' } };
  };
  const one = { ...mailing, carrier: { ...carrier, width: 1 } };
  const work = sendBatch(world.ctx, one, frozen, never);
  await work;
  expect(carrier.sent).toHaveLength(1);
  expect(await countsOf(world, id)).toEqual({ sent: 1, queued: 9 });
  carrier.answer = () => ({ kind: 'accepted', value: { providerMessageId: null } });
  await sendBatch(world.ctx, mailing, await lease(), never);
  expect(await countsOf(world, id)).toEqual({ sent: 10 });
  expect(new Set(carrier.sent.map(({ to }) => to)).size).toBe(10);
});

it('a worker whose batch is another’s by now writes down no intent', async () => {
  await using world = await createWorld();
  const { id, lease } = await stage(world, 3);
  const former = await lease();
  world.clock.advance({ minutes: 6 });
  const present = await lease();
  expect(await fenceRecipients(world.ctx, former, 5)).toEqual({ addressees: [], skipped: 0 });
  expect(await countsOf(world, id)).toEqual({ queued: 3 });
  expect((await fenceRecipients(world.ctx, present, 5)).addressees).toHaveLength(3);
});

it('consent withdrawn, suppressed, deleted, address changed, campaign paused: not sent from that instant', async () => {
  await using world = await createWorld();
  const { carrier, id, mailing, lease } = await stage(world, 8);
  const rows = await world.ctx.db.execute<{ customer_id: string; address: string }>(
    sql`select customer_id, address from campaign_recipients where campaign_id = ${id} order by position`,
  );
  const [withdrawn, suppressed, deleted, changed, blacklisted] = rows;
  const { organizationId } = world.acme;
  await world.ctx.db.execute(sql`
    insert into consents (organization_id, customer_id, channel, state, source, given_at, actor_type)
    values (${organizationId}, ${withdrawn!.customer_id}, 'email', 'withdrawn', 'phone call', '2026-03-02T09:00:00Z', 'user')`);
  await world.ctx.db.execute(sql`
    insert into suppressions (organization_id, email, level, scope) values (${organizationId}, ${suppressed!.address}, 'blacklist', 'email'),
      (${organizationId}, ${blacklisted!.address}, 'blacklist', 'all')`);
  await world.ctx.db.execute(sql`update customers set deleted_at = now() where id = ${deleted!.customer_id}`);
  await world.ctx.db.execute(sql`update customers set email = 'neu@example.com' where id = ${changed!.customer_id}`);
  await sendBatch(world.ctx, mailing, await lease(), never);
  expect(await countsOf(world, id)).toEqual({ sent: 3, skipped: 5 });
  const reasons = await world.ctx.db.execute<{ status_reason: string }>(
    sql`select status_reason from campaign_recipients where campaign_id = ${id} and status = 'skipped' order by position`,
  );
  expect(reasons.map((row) => row.status_reason)).toEqual([
    'no-consent',
    'unsubscribed',
    'customer-deleted',
    'address-changed',
    'blacklisted',
  ]);
  expect(carrier.sent).toHaveLength(3);
});

it('a paused campaign: nothing is begun, and its lost worker’s mails become unknown', async () => {
  await using world = await createWorld();
  const { carrier, id, mailing, lease } = await stage(world, 10);
  const taken = await lease();
  await fenceRecipients(world.ctx, taken, 2);
  await world.ctx.db.execute(sql`update campaigns set status = 'paused' where id = ${id}`);
  expect((await sendBatch(world.ctx, mailing, taken, never)).kind).toBe('more');
  expect(carrier.sent).toEqual([]);
  expect(await leaseBatch(world.ctx, newId())).toBeNull();
  await world.ctx.db.execute(
    sql`update email_batches set leased_by = ${newId()}, lease_until_at = '2026-03-02T09:01:00Z'`,
  );
  world.clock.advance({ minutes: 6 });
  expect(await sweepBatches(world.ctx)).toEqual([id]);
  expect(await countsOf(world, id)).toEqual({ queued: 8, unknown: 2 });
});

it('refused for now: tried again after five minutes, half an hour, two hours, then failed; the rest goes on', async () => {
  await using world = await createWorld();
  const { carrier, id, mailing, lease } = await stage(world, 5);
  carrier.answer = ({ to }) =>
    to === 'm1@example.com'
      ? { kind: 'unavailable', reason: 'recipient-temporary', cause: '452 4.2.2 Mailbox full' }
      : { kind: 'accepted', value: { providerMessageId: null } };
  await sendBatch(world.ctx, mailing, await lease(), never);
  expect(await countsOf(world, id)).toEqual({ sent: 4, queued: 1 });
  for (const minutes of [5, 30]) {
    expect(await leaseBatch(world.ctx, newId())).toBeNull();
    world.clock.advance({ minutes });
    await sendBatch(world.ctx, mailing, await lease(), never);
    expect(await countsOf(world, id)).toEqual({ sent: 4, queued: 1 });
  }
  world.clock.advance({ minutes: 120 });
  expect((await sendBatch(world.ctx, mailing, await lease(), never)).kind).toBe('exhausted');
  expect(await countsOf(world, id)).toEqual({ sent: 4, failed: 1 });
});

it('a carrier that is too fast is slowed for everybody, one that takes nothing is left alone; no attempt is lost', async () => {
  await using world = await createWorld();
  const { carrier, id, mailing, lease } = await stage(world, 30);
  carrier.answer = () => ({ kind: 'unavailable', reason: 'carrier', cause: '535 authentication failed' });
  const end = await sendBatch(world.ctx, mailing, await lease(), never);
  expect(end).toMatchObject({ kind: 'waiting', reason: 'carrier-unavailable' });
  expect(await leaseBatch(world.ctx, newId())).toBeNull();
  expect(await countsOf(world, id)).toEqual({ queued: 30 });
  world.clock.advance({ minutes: 1 });
  let calls = 0;
  carrier.answer = () =>
    ++calls === 1
      ? { kind: 'unavailable', reason: 'throttled', cause: '454 Throttling failure' }
      : { kind: 'accepted', value: { providerMessageId: null } };
  const stop = new AbortController();
  const batch = sendBatch(world.ctx, mailing, await lease(), stop.signal);
  await expect.poll(() => calls).toBeGreaterThan(0);
  const [slowed] = await expect
    .poll(async () => world.ctx.db.execute<{ factor: number }>(sql`select factor from carrier_rates`), {
      timeout: 5000,
    })
    .toMatchObject([{ factor: 0.7 }])
    .then(() => [1]);
  expect(slowed).toBe(1);
  stop.abort();
  await batch;
  const { sent = 0, queued = 0 } = await countsOf(world, id);
  expect(sent + queued).toBe(30);
});

it('told to stop: what was not begun stays queued, nothing is unknown', async () => {
  await using world = await createWorld();
  const { carrier, id, mailing, lease } = await stage(world, 50);
  const stop = new AbortController();
  carrier.answer = () => {
    stop.abort();
    return { kind: 'accepted', value: { providerMessageId: null } };
  };
  await sendBatch(world.ctx, mailing, await lease(), stop.signal);
  const { sent = 0, queued = 0 } = await countsOf(world, id);
  expect(carrier.sent).toHaveLength(sent);
  expect(sent).toBeLessThanOrEqual(5);
  expect(queued).toBe(50 - sent);
});
