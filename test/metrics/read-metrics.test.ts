import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { reportLedger } from '#src/credits/report-ledger.ts';
import { figureKinds } from '#src/metrics/figures.ts';
import { createMetricsReader } from '#src/metrics/read-metrics.ts';
import { startMetricsServer } from '#src/metrics/start-metrics-server.ts';
import { inboundScene, says } from '#test/conversations/inbound-scene.ts';
import { createWorld } from '#test/support/world.ts';

let scene: Awaited<ReturnType<typeof inboundScene>>;
beforeAll(async () => {
  scene = await inboundScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

const read = async () => (await createMetricsReader(scene.ctx)()).text;
/** The value of the line that begins so. */
const figure = (text: string, line: string) =>
  text
    .split('\n')
    .find((one) => one.startsWith(`${line} `))
    ?.slice(line.length + 1);

it('tells how the whole stands: webhooks that wait, how late lanes are, what the last proof of the ledger found', async () => {
  const before = await read();
  expect(figure(before, 'ulak_database_up')).toBe('1');
  expect(figure(before, 'ulak_webhooks_in_waiting')).toBe('0');
  expect(before).not.toContain('ulak_ledger_differences');
  await scene.knock(says('+905320000002', 'M1', 'merhaba'), says('+905320000002', 'M2', 'orada mısınız'));
  await scene.ctx.db.execute(
    sql`update lanes set due_at = ${new Date(scene.clock.now().getTime() - 30_000).toISOString()}::timestamptz where instance_id = ${scene.instanceId}`,
  );
  await scene.ctx.db.execute(sql`update credit_accounts set held_credits = 7 where user_id = ${scene.acme.userId}`);
  await reportLedger(scene.ctx);
  scene.clock.advance({ seconds: 12 });
  const after = await read();
  expect(figure(after, 'ulak_webhooks_in_waiting')).toBe('2');
  expect(figure(after, 'ulak_webhooks_in_oldest_seconds')).toBe('12');
  expect(figure(after, 'ulak_lane_lag_seconds')).toBe('42');
  expect(figure(after, 'ulak_lanes{state="due"}')).toBe('1');
  expect(figure(after, 'ulak_instances{status="open"}')).toBe('2');
  expect(Number(figure(after, 'ulak_ledger_differences'))).toBeGreaterThan(0);
  await scene.drainInbound();
  const drained = await read();
  expect(figure(drained, 'ulak_webhooks_in_total{event="messages.upsert"}')).toBe('2');
  expect(figure(drained, 'ulak_webhooks_in_lag_seconds_sum')).toBe('24');
  expect(drained).not.toMatch(new RegExp(`${scene.acme.organizationId}|${scene.instanceId}|90532`));
});

it('every figure is read from what is under way, never by reading through messages, deliveries or webhooks', async () => {
  for (const { name, read } of figureKinds) {
    const rows = await scene.ctx.db.transaction(async (tx) => {
      await tx.execute(sql`set local enable_seqscan = off`);
      return tx.execute<{ 'QUERY PLAN': string }>(sql`explain ${read(sql`now()`)}`);
    });
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect({ name, plan }).not.toMatchObject({
      plan: expect.stringMatching(
        /Seq Scan on (messages|webhook_deliveries|inbound_events|email_batches|lanes|campaigns)\b/,
      ),
    });
  }
});

it('401: without the token; 200: with it, requests counted by the pattern of their path', async () => {
  await using world = await createWorld({ env: { METRICS_TOKEN: 'a token of sixteen' } });
  expect((await world.call('GET', '/metrics')).status).toBe(401);
  await world.acme.call('GET', `/v1/customers/${world.customers.ayse}`);
  const response = await world.call('GET', '/metrics', undefined, { authorization: 'Bearer a token of sixteen' });
  expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
  const text = await response.text();
  expect(
    figure(text, 'ulak_http_request_duration_seconds_count{method="GET",route="/v1/customers/:id",status="200"}'),
  ).toBe('1');
  expect(text).not.toContain(world.customers.ayse);
});

it('while the database is away a process tells of itself, and that it is away; at a port of its own too', async () => {
  await using world = await createWorld();
  const server = await startMetricsServer({ ...world.ctx, db: refusing(world.ctx.db) }, 0);
  try {
    const response = await fetch(`http://127.0.0.1:${server.port}/metrics`);
    const text = await response.text();
    expect([response.status, figure(text, 'ulak_database_up')]).toEqual([200, '0']);
    const proxied = await fetch(`http://127.0.0.1:${server.port}/metrics`, {
      headers: { 'x-forwarded-for': '10.0.0.1' },
    });
    expect([proxied.status, await proxied.text()]).toEqual([401, '']);
    expect((await fetch(`http://127.0.0.1:${server.port}/healthz`)).status).toBe(200);
  } finally {
    await server.stop();
  }
});

const refusing = <T extends object>(db: T): T =>
  new Proxy(db, {
    get: (from, key) => (key === 'execute' ? () => Promise.reject(new Error('away')) : Reflect.get(from, key)),
  });
