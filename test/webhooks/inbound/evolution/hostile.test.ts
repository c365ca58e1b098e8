import { gzipSync } from 'node:zlib';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { messages } from '#src/db/schema/messages.ts';
import { newId } from '#src/platform/ids.ts';
import { drainInboundOnce } from '#webhooks/inbound/evolution/drain-inbound-once.ts';
import { startInboundDrain } from '#webhooks/inbound/evolution/start-inbound-drain.ts';
import { createHookWorld, type HookWorld, sign } from './hook-world.ts';

let world: HookWorld;
let bearer: string;
beforeAll(async () => {
  world = await createHookWorld();
  bearer = `Bearer ${await sign(world.jwtKey)}`;
});
beforeEach(() =>
  world.ctx.db.execute(sql`delete from messages`).then(() => world.ctx.db.execute(sql`delete from inbound_events`)),
);
afterAll(() => world[Symbol.asyncDispose]());

const ack = (keyId: string, status: string) => ({
  keyId,
  remoteJid: '905320000002@s.whatsapp.net',
  fromMe: true,
  status,
});
const webhook = (data: unknown, event = 'messages.update') =>
  JSON.stringify({ event, instance: world.providerName, data, date_time: '2026-03-02T09:00:00.000Z' });

/** Over the wire, byte by byte as given. */
async function knock(body: string | Buffer<ArrayBuffer>, headers: Record<string, string> = {}): Promise<number> {
  const response = await fetch(`${world.ctx.publicUrl}/hooks/evolution/${world.secret}`, {
    method: 'POST',
    headers: { authorization: bearer, 'content-type': 'application/json', ...headers },
    body,
  });
  await response.arrayBuffer();
  return response.status;
}
const stored = async () =>
  Number((await world.ctx.db.execute<{ count: string }>(sql`select count(*) from inbound_events`))[0]!.count);

/** Messages of ours, sent, of which Evolution will tell. */
async function sent(ids: string[]): Promise<void> {
  const { organizationId, userId } = world.acme;
  const base = {
    organizationId,
    userId,
    instanceId: world.instanceId,
    kind: 'text' as const,
    address: '+905320000002',
  };
  await world.ctx.db
    .insert(messages)
    .values(ids.map((providerMessageId) => ({ ...base, id: newId(), status: 'sent' as const, providerMessageId })));
}
const statuses = async () =>
  (await world.ctx.db.execute<{ status: string }>(sql`select distinct status from messages`)).map(
    ({ status }) => status,
  );

describe('F34: what nobody honest sends', () => {
  const deep = (levels: number) => `${'['.repeat(levels)}1${']'.repeat(levels)}`;
  const hostile: [string, number, () => Promise<number>][] = [
    ['10 MB', 413, () => knock(Buffer.alloc(10 * 1024 * 1024, 'a'))],
    [
      'a gzip bomb, 20 MB of zeros in 20 kB',
      415,
      () => knock(gzipSync(Buffer.alloc(20 * 1024 * 1024)), { 'content-encoding': 'gzip' }),
    ],
    [
      'JSON 100,000 levels deep',
      400,
      () => knock(`{"event":"messages.update","instance":"x","data":${deep(100_000)}}`),
    ],
    ['invalid UTF-8', 400, () => knock(Buffer.from([0x7b, 0x22, 0x65, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]))],
    ['half a body', 400, () => knock(webhook(ack('A', 'READ')).slice(0, -20))],
    ['no JSON at all', 415, () => knock('event=messages.update', { 'content-type': 'text/plain' })],
    [
      'a prototype',
      200,
      () => knock(webhook(ack('A', 'READ')).replace('"data":{', '"data":{"__proto__":{"fromMe":true},')),
    ],
  ];

  it.each(hostile)('%s: %i, and the next one is served', async (_, status, send) => {
    expect(await send()).toBe(status);
    expect(await stored()).toBe(status === 200 ? 1 : 0);
    expect(await knock(webhook(ack('NEXT', 'READ')))).toBe(200);
    while ((await drainInboundOnce(world.ctx)) > 0);
    const [failed] = await world.ctx.db.execute(sql`select failure from inbound_events where failure is not null`);
    expect(failed).toBeUndefined();
  });
});

describe('F28: every status ten times, fifty at once', () => {
  it('each message ends once at the highest, whoever applies them, and everybody is answered 200', async () => {
    const ids = Array.from({ length: 20 }, (_, i) => `3EB0F28${i}`);
    await sent(ids);
    const news = ids.flatMap((id) =>
      ['READ', 'SERVER_ACK', 'DELIVERY_ACK', 'PLAYED'].map((status) => webhook(ack(id, status))),
    );
    const queue = Array.from({ length: 10 }, () => news).flat();
    const answers: number[] = [];
    const knocker = async () => {
      for (let body = queue.pop(); body; body = queue.pop()) answers.push(await knock(body));
    };
    const drains = [startInboundDrain(world.ctx), startInboundDrain(world.ctx)];
    await Promise.all(Array.from({ length: 50 }, knocker));
    for (const drain of drains) await drain.stop();
    while ((await drainInboundOnce(world.ctx)) > 0);
    expect(answers).toEqual(Array(800).fill(200));
    expect(await statuses()).toEqual(['played']);
  });
});

describe('G7: a burst', () => {
  it('of 2,000 acks from 100 callers while they are applied: 200 to all, none lost, all applied within two seconds', async () => {
    const ids = Array.from({ length: 2000 }, (_, i) => `3EB0G7${i}`);
    await sent(ids);
    const queue = ids.map((id) => webhook(ack(id, 'DELIVERY_ACK')));
    const answers: number[] = [];
    const knocker = async () => {
      for (let body = queue.pop(); body; body = queue.pop()) answers.push(await knock(body));
    };
    const drain = startInboundDrain(world.ctx);
    await Promise.all(Array.from({ length: 100 }, knocker));
    const answered = performance.now();
    const waiting = async () =>
      (await world.ctx.db.execute(sql`select 1 from inbound_events where applied_at is null limit 1`)).length > 0;
    while (await waiting()) if (performance.now() - answered > 10_000) break;
    const lag = performance.now() - answered;
    await drain.stop();
    expect(answers).toEqual(Array(2000).fill(200));
    expect(await stored()).toBe(2000);
    expect(await statuses()).toEqual(['delivered']);
    expect(lag).toBeLessThan(2000);
  });
});
