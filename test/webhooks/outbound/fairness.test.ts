import { sql } from 'drizzle-orm';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { claimLanes } from '#webhooks/outbound/claim-lanes.ts';
import { runHookPump } from '#webhooks/outbound/run-hook-pump.ts';
import {
  addEndpoint,
  deliverAll,
  happen,
  happenOften,
  hooksWorld,
  type Json,
  readDeliveries,
  readEndpoint,
  startConsumer,
} from './hooks-scene.ts';

const world = await hooksWorld();
const { acme, globex, ctx } = world;
afterAll(() => world[Symbol.asyncDispose]());
afterEach(async () => {
  await ctx.db.execute(sql`truncate webhook_endpoints, webhook_events cascade`);
});

/** A consumer that lets everybody wait until it is told to go on. */
async function startTarpit() {
  const free = Promise.withResolvers<void>();
  let [waiting, most] = [0, 0];
  const consumer = await startConsumer(async () => {
    most = Math.max(most, ++waiting);
    await free.promise;
    waiting--;
    return 200;
  });
  return {
    ...consumer,
    most: () => most,
    release: () => free.resolve(),
    [Symbol.asyncDispose]: consumer[Symbol.asyncDispose],
  };
}

describe('a slow consumer', () => {
  it('delays nobody else, not even ten of them where six have a place, and has four requests at once at most', async () => {
    await using tarpit = await startTarpit();
    await using consumer = await startConsumer();
    const slow = [];
    for (let i = 0; i < 10; i++) slow.push(await addEndpoint(acme, tarpit.url));
    await happenOften(world, acme, 20);
    await ctx.db.execute(sql`update webhook_endpoints set slow = true`);
    await addEndpoint(globex, consumer.url);
    const pump = await runHookPump(ctx, { lanes: 6, troubled: 3 });
    await expect.poll(() => tarpit.knocks.length, { timeout: 20_000 }).toBe(12);
    await happenOften(world, globex, 200);
    await expect.poll(() => new Set(consumer.ids()).size, { timeout: 20_000 }).toBe(200);
    expect(tarpit.knocks).toHaveLength(12);
    expect(tarpit.most()).toBe(12);
    tarpit.release();
    await expect.poll(() => tarpit.knocks.length, { timeout: 20_000 }).toBe(200);
    await pump.stop();
    expect(new Set(tarpit.ids()).size).toBe(20);
    expect(await readDeliveries(acme, slow[0]!, '?status=pending')).toEqual([]);
  });

  it('stop waits for what is on the wire, and begins nothing more', async () => {
    await using tarpit = await startTarpit();
    const endpoint = await addEndpoint(acme, tarpit.url);
    await happenOften(world, acme, 50);
    const pump = await runHookPump(ctx);
    await expect.poll(() => tarpit.knocks.length, { timeout: 20_000 }).toBe(4);
    const stopped = pump.stop();
    tarpit.release();
    await stopped;
    expect(tarpit.knocks).toHaveLength(4);
    expect(await readDeliveries(acme, endpoint, '?status=delivered')).toHaveLength(4);
    const [row] = await ctx.db.execute(sql`select leased_by from webhook_endpoints`);
    expect(row).toEqual({ leased_by: null });
  });
});

describe('100,000 deliveries that wait for a dead endpoint', () => {
  it('cost others nothing: no table is read through, few rows are looked at; the endpoint is asked now and then', async () => {
    const dead = await startConsumer();
    await using consumer = await startConsumer();
    const endpoint = await addEndpoint(acme, dead.url);
    await dead[Symbol.asyncDispose]();
    await pileUp(endpoint.id, 100_000);
    await ctx.db.execute(sql`analyze webhook_deliveries, webhook_events, webhook_endpoints`);
    await deliverAll(world);
    expect(await readEndpoint(acme, endpoint)).toMatchObject({ enabled: true, pausedUntil: expect.any(String) });
    await addEndpoint(globex, consumer.url);
    await happenOften(world, globex, 300);
    const read = await rowsRead(() => deliverAll(world));
    expect(new Set(consumer.ids()).size).toBe(300);
    expect(read.throughTables).toBe(0);
    expect(read.deliveries).toBeLessThan(300 * 8);
    const publishing = await rowsRead(() => happenOften(world, acme, 100));
    expect(publishing).toMatchObject({ throughTables: 0 });
    expect(publishing.deliveries).toBeLessThan(100 * 4);
    const list = await rowsRead(
      async () => void (await readDeliveries(acme, endpoint, '?status=pending&event=message.status-changed&limit=50')),
    );
    expect(list.deliveries).toBeLessThan(500);
  }, 90_000);
});

/** As if so much had been queued, without the keys being checked one by one. */
const pileUp = (endpointId: string, count: number) =>
  ctx.db.transaction(async (tx) => {
    await tx.execute(sql`set local session_replication_role = replica`);
    const at = sql`${world.clock.now().toISOString()}::timestamptz`;
    await tx.execute(sql`
      with made as (
        insert into webhook_events (organization_id, type, data, occurred_at)
        select ${acme.organizationId}, 'message.status-changed', jsonb_build_object('n', n), ${at} from generate_series(1, ${count}::int) n
        returning id
      )
      insert into webhook_deliveries (organization_id, endpoint_id, event_id, event_type, due_at, created_at)
      select ${acme.organizationId}, ${endpointId}, id, 'message.status-changed', ${at}, ${at} from made`);
  });

/** What `work` reads of the tables of webhooks: rows of those read from end to end, and deliveries found by index. */
async function rowsRead(work: () => Promise<unknown>): Promise<{ throughTables: number; deliveries: number }> {
  const read = async () => {
    const [row] = await ctx.db.execute<Json>(sql`
      select coalesce(sum(seq_tup_read) filter (where relname <> 'webhook_endpoints'), 0)::int as through,
        coalesce(sum(idx_tup_fetch) filter (where relname = 'webhook_deliveries'), 0)::int as found
      from pg_stat_user_tables where relname like 'webhook\_%'`);
    return row;
  };
  const before = await settled(read);
  await work();
  const after = await settled(read);
  return { throughTables: after.through - before.through, deliveries: after.found - before.found };
}

/** Each connection tells its figures when it comes to it, or when it is told to. */
async function settled<T>(read: () => Promise<T>): Promise<T> {
  await Promise.all(
    Array.from({ length: 12 }, () => ctx.db.execute(sql`select pg_stat_force_next_flush(), pg_sleep(0.05)`)),
  );
  return read();
}

it('the claim of endpoints passes over those that pause, are off, or have nothing that is due', async () => {
  const made = [];
  for (let i = 0; i < 4; i++) made.push(await addEndpoint(acme, `https://crm.example.com/${i}`));
  await happen(acme);
  const [paused, off, later, due] = made.map(({ id }) => id);
  await ctx.db.execute(
    sql`update webhook_endpoints set paused_until_at = ${new Date(world.clock.now().getTime() + 1000).toISOString()}::timestamptz where id = ${paused}`,
  );
  await ctx.db.execute(sql`update webhook_endpoints set enabled = false where id = ${off}`);
  await ctx.db.execute(
    sql`update webhook_deliveries set due_at = due_at + interval '1 second' where endpoint_id = ${later}`,
  );
  const lanes = await claimLanes(ctx, { workerId: later!, healthy: 10, troubled: 10 });
  expect(lanes.map(({ endpointId }) => endpointId)).toEqual([due]);
});
