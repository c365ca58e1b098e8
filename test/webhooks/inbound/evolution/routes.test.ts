import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eq, isNull } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { instances } from '#src/db/schema/instances.ts';
import { inboundEvents } from '#src/db/schema/messages.ts';
import { createHookWorld, type HookWorld, sign } from './hook-world.ts';

const read = { keyId: '3EB0AA', remoteJid: '905320000002@s.whatsapp.net', fromMe: true, status: 'READ' };

/** Without those that making the instance brought. */
async function stored(world: HookWorld): Promise<(typeof inboundEvents.$inferSelect)[]> {
  const rows = await world.ctx.db.select().from(inboundEvents).orderBy(inboundEvents.id);
  return rows.filter((row) => row.event !== 'connection.update' && row.event !== 'qrcode.updated');
}

/** Seconds between an event and its last attempt, every pause as long as evolution.env lets it be. */
function longestRetry(): number {
  const file = readFileSync(join(import.meta.dirname, '../../../../evolution/evolution.env'), 'utf8');
  const value = (name: string) => Number(new RegExp(`^WEBHOOK_${name}=(.+)$`, 'm').exec(file)![1]);
  const first = value('RETRY_INITIAL_DELAY_SECONDS');
  const pauses = Array.from({ length: value('RETRY_MAX_ATTEMPTS') - 1 }, (_, i) =>
    Math.min(first * 2 ** i, value('RETRY_MAX_DELAY_SECONDS')),
  );
  const waited = pauses.reduce((sum, pause) => sum + pause, 0) * (1 + value('RETRY_JITTER_FACTOR'));
  return waited + (pauses.length * value('REQUEST_TIMEOUT_MS')) / 1000;
}

describe('POST /hooks/evolution/{secret}', () => {
  it('200: stored as it came, but for the token and our secret', async () => {
    await using world = await createHookWorld();
    const response = await world.knock('messages.update', read);
    expect([response.status, await response.json()]).toEqual([200, { received: true }]);
    const rows = await stored(world);
    expect(rows).toMatchObject([
      {
        instanceId: world.instanceId,
        organizationId: world.acme.organizationId,
        event: 'messages.update',
        payload: { data: read, date_time: '2026-03-02T09:00:00.000Z' },
        receivedAt: world.clock.now(),
        appliedAt: null,
      },
    ]);
    expect(JSON.stringify(rows)).not.toMatch(/TOKEN/);
    expect(JSON.stringify(rows)).not.toContain(world.secret);
  });

  it('F32: 401: a stranger’s secret, and nothing is stored', async () => {
    await using world = await createHookWorld();
    expect((await world.knock('messages.update', read, { secret: 'x'.repeat(43) })).status).toBe(401);
    expect((await world.knock('messages.update', read, { secret: '%27%20or%201=1' })).status).toBe(401);
    expect(await stored(world)).toEqual([]);
  });

  it('F32: 401: the right secret without a token that this instance’s key has signed', async () => {
    await using world = await createHookWorld();
    const { jwtKey } = world;
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"app":"evolution","action":"webhook","exp":99999999999}').toString('base64url')}.`;
    const tokens = [
      await sign('another key of some length, 32 b'),
      await sign(jwtKey, { app: 'other' }),
      await sign(jwtKey, { action: 'login' }),
      await sign(jwtKey, {}, 600, 'HS512'),
      await sign(jwtKey, {}, -91 * 60),
      none,
      'nonsense',
    ];
    const statuses = await Promise.all(
      tokens.map(
        async (token) => (await world.knock('messages.update', read, { authorization: `Bearer ${token}` })).status,
      ),
    );
    expect(statuses).toEqual(tokens.map(() => 401));
    expect((await world.knock('messages.update', read, { authorization: null })).status).toBe(401);
    expect(await stored(world)).toEqual([]);
  });

  it('200: the last retry that Evolution makes, as we run it, still carries the token of the first try', async () => {
    await using world = await createHookWorld();
    const authorization = `Bearer ${await sign(world.jwtKey, {}, 600 - longestRetry())}`;
    expect((await world.knock('messages.update', read, { authorization })).status).toBe(200);
    expect(await stored(world)).toHaveLength(1);
  });

  it.each(['contacts.update', 'chats.upsert', 'chats.update', 'call', 'instance.create', '__proto__'])(
    '200: %s is not wanted',
    async (event) => {
      await using world = await createHookWorld();
      expect((await world.knock(event, {})).status).toBe(200);
      expect(await stored(world)).toEqual([]);
    },
  );

  it('200: what happened in a group is not kept', async () => {
    await using world = await createHookWorld();
    const message = {
      key: { remoteJid: '120363020202020202@g.us', fromMe: false, id: 'G' },
      message: { conversation: 'secret' },
    };
    expect((await world.knock('messages.upsert', message)).status).toBe(200);
    expect(await stored(world)).toEqual([]);
  });

  it('200: an instance that its owner deleted is not followed any more', async () => {
    await using world = await createHookWorld();
    await world.ctx.db
      .update(instances)
      .set({ deletingAt: world.clock.now() })
      .where(eq(instances.id, world.instanceId));
    expect((await world.knock('messages.update', read)).status).toBe(200);
    expect(await stored(world)).toEqual([]);
  });

  it('F32: 200: another instance’s name under this instance’s secret is not believed', async () => {
    await using world = await createHookWorld();
    const body = JSON.stringify({ event: 'messages.update', instance: 'ulak-other', data: read });
    expect((await world.knock('', null, { body })).status).toBe(200);
    expect(await stored(world)).toEqual([]);
  });

  it.each(['{', '', '[]', '"x"', 'null', '{"event":1}', '{"event":"x"}'])(
    '400: %j is not Evolution’s',
    async (body) => {
      await using world = await createHookWorld();
      expect((await world.knock('', null, { body })).status).toBe(400);
    },
  );

  it('413: more than a mebibyte', async () => {
    await using world = await createHookWorld();
    const response = await world.knock('messages.upsert', { text: 'x'.repeat(1024 * 1024) });
    expect(response.status).toBe(413);
    expect(await stored(world)).toEqual([]);
  });

  it('200: characters that cannot be stored do not lose the event', async () => {
    await using world = await createHookWorld();
    const body = JSON.stringify({
      event: 'messages.update',
      instance: world.providerName,
      data: { ...read, pushName: 'a\0b' },
    }).replace('a\\u0000b', 'a\\u0000b\\ud83d');
    expect((await world.knock('', null, { body })).status).toBe(200);
    expect((await stored(world))[0]?.payload).toMatchObject({ data: { pushName: 'ab\ufffd' } });
  });

  it('503: the database is away, so that Evolution comes again', async () => {
    await using world = await createHookWorld();
    await world.knock('call', {});
    const db = new Proxy(world.ctx.db, {
      get: (target, key) =>
        key === 'execute'
          ? () => Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }))
          : Reflect.get(target, key),
    });
    Object.assign(world.ctx, { db });
    const response = await world.knock('messages.update', read);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
  });

  it('200: each of 300 at once is stored once', async () => {
    await using world = await createHookWorld();
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_, i) => world.knock('messages.update', { ...read, keyId: `K${i}` })),
    );
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
    const rows = await stored(world);
    expect(new Set(rows.map((row) => (row.payload as { data: { keyId: string } }).data.keyId)).size).toBe(300);
    expect(rows).toHaveLength(300);
  });

  it('200: a storm is stored once a second, and what ends it always', async () => {
    await using world = await createHookWorld();
    await world.ctx.db.delete(inboundEvents);
    const connecting = { state: 'connecting', statusReason: 200 };
    for (let i = 0; i < 50; i++) await world.knock('connection.update', connecting);
    await world.knock('connection.update', { state: 'open', statusReason: 200 });
    await world.knock('connection.update', connecting);
    const rows = await world.ctx.db
      .select()
      .from(inboundEvents)
      .where(isNull(inboundEvents.appliedAt))
      .orderBy(inboundEvents.id);
    const states = rows.map((row) => (row.payload as { data: { state: string } }).data.state);
    expect(states.filter((state) => state === 'connecting').length).toBeLessThanOrEqual(4);
    expect(states.slice(-2)).toEqual(['open', 'connecting']);
  });
});
