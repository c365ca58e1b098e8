import { asc, isNotNull, isNull } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { liveEvents } from '#src/db/schema/live.ts';
import { earlyAcks, inboundEvents, messages } from '#src/db/schema/messages.ts';
import { newId } from '#src/platform/ids.ts';
import { drainInboundOnce } from '#webhooks/inbound/evolution/drain-inbound-once.ts';
import { purgeInboundEvents } from '#webhooks/inbound/evolution/purge-inbound-events.ts';
import { startInboundDrain } from '#webhooks/inbound/evolution/start-inbound-drain.ts';
import { createHookWorld, type HookWorld } from './hook-world.ts';

const ack = (keyId: string, status: string) => ({
  keyId,
  remoteJid: '905320000002@s.whatsapp.net',
  fromMe: true,
  status,
});

async function sentMessage(world: HookWorld, providerMessageId: string): Promise<string> {
  const id = newId();
  await world.ctx.db.insert(messages).values({
    id,
    organizationId: world.acme.organizationId,
    userId: world.acme.userId,
    instanceId: world.instanceId,
    kind: 'text',
    address: '+905320000002',
    status: 'sent',
    providerMessageId,
    sentAt: world.clock.now(),
  });
  return id;
}

async function drainAll(world: HookWorld): Promise<void> {
  while ((await drainInboundOnce(world.ctx)) > 0);
}

describe('applying what came in', () => {
  it('brings acks to their messages and marks them applied', async () => {
    await using world = await createHookWorld();
    await sentMessage(world, '3EB0A');
    await world.knock('messages.update', ack('3EB0A', 'DELIVERY_ACK'));
    await world.knock('messages.update', ack('3EB0A', 'READ'));
    expect(await drainInboundOnce(world.ctx)).toBe(2);
    expect(await world.ctx.db.select().from(messages)).toMatchObject([{ status: 'read', readAt: world.clock.now() }]);
    expect(await world.ctx.db.select().from(inboundEvents).where(isNull(inboundEvents.appliedAt))).toEqual([]);
    expect(await drainInboundOnce(world.ctx)).toBe(0);
  });

  it('keeps an ack whose message is not known yet', async () => {
    await using world = await createHookWorld();
    await world.knock('messages.update', ack('3EB0B', 'DELIVERY_ACK'));
    await drainAll(world);
    expect(await world.ctx.db.select().from(earlyAcks)).toMatchObject([
      { instanceId: world.instanceId, providerMessageId: '3EB0B' },
    ]);
  });

  it('F32: another instance’s ack with the same id moves nothing here', async () => {
    await using world = await createHookWorld();
    await sentMessage(world, '3EB0C');
    await world.ctx.db.insert(inboundEvents).values({
      instanceId: newId(),
      organizationId: world.globex.organizationId,
      event: 'messages.update',
      payload: { data: ack('3EB0C', 'READ') },
    });
    await drainAll(world);
    expect(await world.ctx.db.select().from(messages)).toMatchObject([{ status: 'sent' }]);
  });

  it('one that cannot be applied is left out with its failure, and the other 40 are applied', async () => {
    await using world = await createHookWorld();
    await sentMessage(world, '3EB0D');
    await world.ctx.db.insert(inboundEvents).values(
      Array.from({ length: 40 }, (_, i) => ({
        instanceId: world.instanceId,
        organizationId: world.acme.organizationId,
        event: 'messages.update',
        payload: { data: ack(i === 39 ? '3EB0D' : `K${i}`, 'READ') },
      })),
    );
    const [fourth] = await world.ctx.db.select().from(inboundEvents).orderBy(asc(inboundEvents.id)).offset(3).limit(1);
    const db = failingOn(world, 'K3');
    let rounds = 0;
    for (let done = 1; done > 0; rounds++) done = await drainInboundOnce({ ...world.ctx, db });
    expect(rounds).toBeLessThan(15);
    expect(await world.ctx.db.select().from(messages)).toMatchObject([{ status: 'read' }]);
    const failed = await world.ctx.db.select().from(inboundEvents).where(isNotNull(inboundEvents.failure));
    expect(failed).toMatchObject([{ id: fourth!.id, failure: 'poison', appliedAt: world.clock.now() }]);
    expect(await world.ctx.db.select().from(inboundEvents).where(isNull(inboundEvents.appliedAt))).toEqual([]);
  });

  it('an outage marks nothing: all of it is applied afterwards', async () => {
    await using world = await createHookWorld();
    await sentMessage(world, '3EB0E');
    await world.knock('messages.update', ack('3EB0E', 'READ'));
    const db = failingOn(world, '3EB0E', { code: '57P01' });
    await expect(drainInboundOnce({ ...world.ctx, db })).rejects.toThrow();
    expect(await world.ctx.db.select().from(inboundEvents).where(isNotNull(inboundEvents.appliedAt))).toEqual([]);
    await drainAll(world);
    expect(await world.ctx.db.select().from(messages)).toMatchObject([{ status: 'read' }]);
  });

  it('two processes at once apply each event once', async () => {
    await using world = await createHookWorld();
    const sent = Array.from({ length: 50 }, (_, i) => ({
      instanceId: world.instanceId,
      organizationId: world.acme.organizationId,
      event: 'connection.update',
      payload: { data: { state: i % 2 ? 'connecting' : 'open', wuid: '905320000001@s.whatsapp.net' } },
    }));
    await world.ctx.db.insert(inboundEvents).values(sent);
    const done = await Promise.all(Array.from({ length: 6 }, () => drainInboundOnce(world.ctx)));
    await drainAll(world);
    expect(done.reduce((sum, n) => sum + n, 0)).toBe(50);
  });
});

/** A database whose every statement that mentions `word` fails. */
function failingOn(world: HookWorld, word: string, extra: object = {}): typeof world.ctx.db {
  const wrap = (db: typeof world.ctx.db): typeof world.ctx.db =>
    new Proxy(db, {
      get(target, key) {
        if (key === 'transaction')
          return (work: (tx: typeof db) => Promise<unknown>) => target.transaction((tx) => work(wrap(tx)));
        if (key === 'execute')
          return (query: Parameters<typeof db.execute>[0]) =>
            JSON.stringify(query, ignoreCycles()).includes(`\\"${word}\\"`)
              ? Promise.reject(Object.assign(new Error('poison'), extra))
              : target.execute(query);
        const value = Reflect.get(target, key);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  return wrap(world.ctx.db);
}

function ignoreCycles() {
  const seen = new Set<unknown>();
  return (_key: string, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value;
    if (seen.has(value)) return null;
    seen.add(value);
    return value;
  };
}

describe('what Evolution says of a connection', () => {
  const open = { state: 'open', wuid: '905320000001@s.whatsapp.net', statusReason: 200 };
  const connecting = { state: 'connecting', statusReason: 200 };

  it('in the order in which it happened, whatever overtook what', async () => {
    await using world = await createHookWorld();
    await world.knock('connection.update', open, { dateTime: '2026-03-02T06:00:01.500Z' });
    await world.knock('connection.update', connecting, { dateTime: '2026-03-02T06:00:01.100Z' });
    await drainAll(world);
    expect((await world.row(world.instanceId)).status).toBe('open');
  });

  it('a connecting that was retried for an hour does not close an open one', async () => {
    await using world = await createHookWorld();
    await world.knock('connection.update', open, { dateTime: '2026-03-02T06:10:00.000Z' });
    await drainAll(world);
    await world.knock('connection.update', connecting, { dateTime: '2026-03-02T05:10:00.000Z' });
    await drainAll(world);
    expect((await world.row(world.instanceId)).status).toBe('open');
    await world.knock(
      'connection.update',
      { state: 'close', statusReason: 403 },
      { dateTime: '2026-03-02T06:10:00.001Z' },
    );
    await drainAll(world);
    expect((await world.row(world.instanceId)).status).toBe('blocked');
  });

  it('Evolution’s clock may be set back by hours', async () => {
    await using world = await createHookWorld();
    await world.knock('connection.update', open, { dateTime: '2026-03-02T09:00:00.000Z' });
    await drainAll(world);
    await world.knock('connection.update', connecting, { dateTime: '2026-03-02T06:00:05.000Z' });
    await drainAll(world);
    expect((await world.row(world.instanceId)).status).toBe('connecting');
  });

  it('a thousand events of a storm are one change', async () => {
    await using world = await createHookWorld();
    await world.knock('connection.update', open);
    await drainAll(world);
    const before = await world.ctx.db.$count(liveEvents);
    await world.ctx.db.insert(inboundEvents).values(
      Array.from({ length: 1_000 }, () => ({
        instanceId: world.instanceId,
        organizationId: world.acme.organizationId,
        event: 'connection.update',
        payload: { data: connecting },
      })),
    );
    await drainAll(world);
    expect((await world.ctx.db.$count(liveEvents)) - before).toBe(1);
  });

  it('nothing of what is deleted', async () => {
    await using world = await createHookWorld();
    await world.knock('connection.update', open);
    await world.asAcme('DELETE', `/v1/instances/${world.instanceId}`);
    await drainAll(world);
    expect(await world.row(world.instanceId)).toMatchObject({ status: 'closed', statusReason: 'deleted' });
  });
});

it('is woken by what is stored, and stops when told', async () => {
  await using world = await createHookWorld();
  await sentMessage(world, '3EB0F');
  const draining = startInboundDrain(world.ctx);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const started = performance.now();
  await world.knock('messages.update', ack('3EB0F', 'READ'));
  for (let status = ''; status !== 'read'; ) {
    [{ status }] = (await world.ctx.db.select({ status: messages.status }).from(messages)) as [{ status: string }];
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(performance.now() - started).toBeLessThan(400);
  await draining.stop();
  await world.knock('messages.update', ack('3EB0G', 'READ'));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await world.ctx.db.select().from(inboundEvents).where(isNull(inboundEvents.appliedAt))).toHaveLength(1);
});

it('what was applied a week ago is forgotten, what was not is kept', async () => {
  await using world = await createHookWorld();
  await world.knock('messages.update', ack('OLD', 'READ'));
  await drainAll(world);
  await world.knock('messages.update', ack('WAITING', 'READ'));
  world.clock.advance({ days: 7 });
  await purgeInboundEvents(world.ctx);
  expect(await world.ctx.db.$count(inboundEvents)).toBe(2);
  world.clock.advance({ seconds: 1 });
  await purgeInboundEvents(world.ctx);
  expect(await world.ctx.db.select().from(inboundEvents)).toMatchObject([
    { appliedAt: null, payload: { data: { keyId: 'WAITING' } } },
  ]);
});
