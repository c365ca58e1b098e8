import { randomBytes } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { members, sessions, userSettings } from '#src/db/schema/accounts.ts';
import { presencePeaks } from '#src/db/schema/presence.ts';
import { newId } from '#src/platform/ids.ts';
import { createPresence, type Presence } from '#src/presence/create-presence.ts';
import { createMember, type Member } from '#test/support/cast.ts';
import { createWorld } from '#test/support/world.ts';

const world = await createWorld();
afterAll(() => world[Symbol.asyncDispose]());
const { ctx, clock, acme, globex, admin } = world;
const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

/** A process: whoever has a stream open in it, and what it hears. */
function openProcess() {
  const streams: string[] = [];
  return Object.assign(createPresence(ctx, { streams: () => streams, background: false }), { streams });
}
const sessionOf = async ({ token }: Member): Promise<string> => {
  const [row] = await ctx.db.select({ id: sessions.id }).from(sessions).where(eq(sessions.token, token));
  return row!.id;
};
const [ofAcme, ofGlobex] = [await sessionOf(acme), await sessionOf(globex)];
const open = async (userId: string, more: Partial<typeof sessions.$inferInsert> = {}): Promise<string> => {
  const id = newId();
  const expiresAt = new Date('2030-01-01');
  await ctx.db.insert(sessions).values({ id, userId, token: randomBytes(16).toString('hex'), expiresAt, ...more });
  return id;
};
const hear = (process: Presence, sessionId: string, address = '192.0.2.7') => process.hear({ sessionId, address });
const online = async (query = '') => (await admin.call('GET', `/v1/admin/online-users${query}`)).json();
const names = async () => (await online()).data.map(({ name }: { name: string }) => name).sort();
const peaks = async (query: string) => (await admin.call('GET', `/v1/admin/online-users/peaks?${query}`)).json();
const rows = () =>
  ctx.db.execute<{ id: string; xmin: string; until: string }>(
    sql`select id, xmin::text, online_until_at as until from sessions order by id`,
  );
let day = 0;
/** Each test has a day of its own, on which nobody is online. */
beforeEach(async () => {
  await ctx.db.execute(sql`update sessions set online_until_at = null, online_since_at = null, last_used_at = null`);
  day += 1;
  clock.set(new Date(Date.UTC(2026, 3, day, 9)));
});

it('200: whoever made a request, with device, address, organization and since when; gone some minutes after the last', async () => {
  await ctx.db.update(sessions).set({ userAgent: CHROME }).where(eq(sessions.id, ofAcme));
  await acme.call('GET', '/v1/me');
  expect((await online()).total).toBe(0);
  await world.presence.flush();
  const { data, total } = await online(`?organizationId=${acme.organizationId}`);
  expect(total).toBe(1);
  expect(data).toEqual([
    {
      userId: acme.userId,
      name: 'acme',
      email: 'acme@example.com',
      organization: { id: acme.organizationId, name: 'acme' },
      since: clock.now().toISOString(),
      device: { name: 'Chrome 140 · Windows', browser: 'Chrome 140', os: 'Windows', kind: 'desktop' },
      address: null,
      sessions: 1,
    },
  ]);
  expect((await online(`?organizationId=${newId()}`)).data).toEqual([]);
  clock.advance({ minutes: 2 });
  expect(await names()).toContain('acme');
  clock.advance({ minutes: 1, seconds: 1 });
  expect(await names()).not.toContain('acme');
});

it('a row is written once a minute, however many requests, tabs and processes there are; nothing on the way of a request', async () => {
  const [one, two] = [openProcess(), openProcess()];
  const written = async () => (await rows()).find(({ id }) => id === ofAcme)!.xmin;
  let last = await written();
  let writes = 0;
  for (let second = 0; second < 240; second += 5) {
    for (let n = 0; n < 3; n++) hear(n % 2 ? one : two, ofAcme);
    await Promise.all([one.flush(), two.flush()]);
    if ((await written()) !== last) writes += 1;
    last = await written();
    expect(await names()).toEqual(['acme']);
    clock.advance({ seconds: 5 });
  }
  expect(writes).toBe(4);
});

it('several tabs and devices of a user count once, since the first of them; the one used last is shown', async () => {
  const process = openProcess();
  const phone = await open(acme.userId, { userAgent: 'okhttp/4.1' });
  process.streams.push(ofAcme, ofAcme, ofAcme);
  await process.flush();
  const since = clock.now().toISOString();
  clock.advance({ minutes: 1 });
  hear(process, phone);
  await process.flush();
  const { data, total } = await online();
  expect([total, data.length]).toEqual([1, 1]);
  expect(data[0]).toMatchObject({ since, sessions: 2, device: { name: 'okhttp 4' }, address: '192.0.2.7' });
});

it('a stream keeps its user online for hours without a request, and lets him go when it is closed', async () => {
  const process = openProcess();
  process.streams.push(ofAcme);
  for (let minute = 0; minute < 90; minute++) {
    await process.flush();
    clock.advance({ minutes: 1 });
  }
  expect((await online()).data[0]).toMatchObject({
    name: 'acme',
    since: new Date(Date.UTC(2026, 3, day, 9)).toISOString(),
  });
  process.streams.pop();
  await process.flush();
  clock.advance({ seconds: 16 });
  expect(await names()).toEqual([]);
});

it('a stream that breaks off and comes back is no absence; nor is one of two processes', async () => {
  const [one, two] = [openProcess(), openProcess()];
  one.streams.push(ofAcme);
  two.streams.push(ofAcme);
  await Promise.all([one.flush(), two.flush()]);
  const since = (await online()).data[0].since;
  one.streams.pop();
  for (let second = 0; second < 60; second += 5) {
    clock.advance({ seconds: 5 });
    await Promise.all([one.flush(), two.flush()]);
    expect((await online()).data[0]?.since).toBe(since);
  }
  two.streams.pop();
  await two.flush();
  clock.advance({ seconds: 5 });
  one.streams.push(ofAcme);
  await one.flush();
  clock.advance({ seconds: 30 });
  expect((await online()).data[0].since).toBe(since);
});

it('F1: a process that is killed with streams open leaves nobody online for longer than three minutes', async () => {
  const killed = openProcess();
  killed.streams.push(ofAcme, ofGlobex);
  await killed.flush();
  const other = openProcess();
  clock.advance({ minutes: 1, seconds: 1 });
  other.streams.push(ofGlobex);
  await other.flush();
  clock.advance({ minutes: 2 });
  await other.flush();
  expect(await names()).toEqual(['globex']);
  expect((await online()).total).toBe(1);
});

it('a session that ends, by whoever, is offline at once; a user who is acted for is not online himself', async () => {
  const process = openProcess();
  const [own, acted] = [await open(acme.userId), await open(globex.userId, { impersonatedBy: admin.userId })];
  hear(process, own);
  hear(process, acted);
  await process.flush();
  expect(await names()).toEqual(['acme']);
  const [row] = await ctx.db.select().from(sessions).where(eq(sessions.id, acted));
  expect(row!.lastUsedAt).toEqual(clock.now());
  await ctx.db.delete(sessions).where(eq(sessions.id, own));
  expect(await names()).toEqual([]);
  hear(process, own);
  await process.flush();
  expect(await names()).toEqual([]);
});

it('the most of a day is kept, for the platform and each organization, also of processes that write at the same moment', async () => {
  const people = await Promise.all(
    Array.from({ length: 12 }, (_, n) => createMember(ctx, world.call, `day${day}-${n}`)),
  );
  const ids = await Promise.all(people.map(sessionOf));
  for (const { userId } of people.slice(0, 6))
    await ctx.db.update(members).set({ organizationId: acme.organizationId }).where(eq(members.userId, userId));
  const processes = ids.map((id) => {
    const process = openProcess();
    hear(process, id);
    return process;
  });
  await Promise.all(processes.map((process) => process.flush()));
  const today = clock.now().toISOString().slice(0, 10);
  const reachedAt = clock.now().toISOString();
  expect((await peaks(`from=${today}`)).data).toEqual([{ day: today, users: 12, reachedAt }]);
  expect((await peaks(`from=${today}&organizationId=${acme.organizationId}`)).data).toMatchObject([{ users: 6 }]);
  clock.advance({ minutes: 10 });
  hear(processes[0]!, ids[0]!);
  await processes[0]!.flush();
  expect((await peaks(`from=${today}`)).data).toEqual([{ day: today, users: 12, reachedAt }]);
  const kept = await ctx.db.select().from(presencePeaks).where(eq(presencePeaks.day, today));
  expect(kept).toHaveLength(8);
});

it('who is online at midnight counts for both days; an organization’s days are those of its owner’s clock, of 23 and 25 hours too', async () => {
  await ctx.db.update(userSettings).set({ timeZone: 'Europe/Berlin' }).where(eq(userSettings.userId, globex.userId));
  const process = openProcess();
  process.streams.push(ofGlobex);
  for (const [at, platform, berlin] of [
    ['2026-03-28T20:59:00Z', '2026-03-28', '2026-03-28'],
    ['2026-03-28T21:30:00Z', '2026-03-29', '2026-03-28'],
    ['2026-03-29T21:59:00Z', '2026-03-30', '2026-03-29'],
    ['2026-03-29T22:01:00Z', '2026-03-30', '2026-03-30'],
    ['2026-10-25T22:59:00Z', '2026-10-26', '2026-10-25'],
    ['2026-10-25T23:01:00Z', '2026-10-26', '2026-10-26'],
  ] as const) {
    clock.set(at);
    await process.flush();
    const [mine] = (await peaks(`from=${berlin}&to=${berlin}&organizationId=${globex.organizationId}`)).data;
    expect(mine, at).toMatchObject({ day: berlin, users: 1 });
    expect((await peaks(`from=${platform}&to=${platform}`)).data[0].users, at).toBeGreaterThanOrEqual(1);
  }
  const berlin = await peaks(`from=2026-03-28&to=2026-03-31&organizationId=${globex.organizationId}`);
  expect(berlin).toMatchObject({ timeZone: 'Europe/Berlin' });
  expect(berlin.data.map(({ users }: { users: number }) => users)).toEqual([1, 1, 1, 0]);
});

it('page by page, each once', async () => {
  const process = openProcess();
  for (const id of [ofAcme, ofGlobex, await sessionOf(admin)]) hear(process, id);
  await process.flush();
  const first = await online('?limit=2');
  const second = await online(`?limit=2&cursor=${first.nextCursor}`);
  expect([first.total, first.data.length, second.data.length, second.nextCursor]).toEqual([3, 2, 1, null]);
  expect(new Set([...first.data, ...second.data].map(({ userId }) => userId)).size).toBe(3);
});

it('what could not be written is written the next time', async () => {
  let away = true;
  const db = new Proxy(ctx.db, {
    get: (target, name) => {
      if (away && name === 'execute') throw new Error('away');
      return Reflect.get(target, name);
    },
  });
  const process = createPresence({ ...ctx, db }, { streams: () => [], background: false });
  hear(process, ofAcme);
  await process.flush();
  expect(await names()).toEqual([]);
  away = false;
  await process.flush();
  expect(await names()).toEqual(['acme']);
});

it('400: periods that are none, in both languages', async () => {
  for (const query of [
    'from=2026-03-02&to=2026-03-01',
    'from=2020-01-01&to=2026-01-01',
    'from=2026-02-30',
    'from=x',
    'to=1999-01-01',
  ])
    expect((await admin.call('GET', `/v1/admin/online-users/peaks?${query}`)).status, query).toBe(400);
  const turkish = await admin.call('GET', '/v1/admin/online-users/peaks?from=x', undefined, {
    'accept-language': 'tr',
  });
  expect((await turkish.json()).errors[0].message).toContain('gibi bir gün');
});
