import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readLine } from '#src/logs/read-line.ts';
import { storeLines } from '#src/logs/store-lines.ts';
import { newId } from '#src/platform/ids.ts';
import { onTrail } from '#src/platform/trail.ts';
import { createWorld, type World } from '#test/support/world.ts';
import { openKeptLog, untilShown } from './scene.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

type Line = Record<string, unknown> & { id: string; fields: Record<string, unknown>; errorId: string | null };
type Group = Record<string, unknown> & { id: string; count: number; status: string; lastSeenAt: string };
type Answer<T> = { data: T[]; nextCursor: string | null };

const ask = async <T>(path: string): Promise<Answer<T>> => {
  const response = await world.admin.call('GET', path);
  expect(response.status).toBe(200);
  return (await response.json()) as Answer<T>;
};
const logs = (query: string) => ask<Line>(`/v1/admin/logs?${query}`);
const errors = (query: string) => ask<Group>(`/v1/admin/errors?${query}`);

it('a line has its columns, is found by each of them and by its words in any spelling, and by nobody’s else', async () => {
  await using kept = openKeptLog(world);
  const { userId, organizationId } = world.acme;
  const campaignId = newId();
  const trail = { requestId: 'req-columns', userId, organizationId, campaignId, job: 'mails.send', jobId: newId() };
  onTrail(trail, () => kept.log.warn({ reason: 'ISPARTA şubesi', tries: 3 }, 'taşıyıcı kızgın'));
  onTrail({ requestId: 'req-other', userId: world.globex.userId }, () => kept.log.info('something else'));
  const { data } = await untilShown(
    () => logs('requestId=req-columns'),
    (page) => page.data.length > 0,
  );
  expect(data).toMatchObject([
    {
      level: 'warn',
      message: 'taşıyıcı kızgın',
      requestId: 'req-columns',
      userId,
      organizationId,
      campaignId,
      job: 'mails.send',
      errorId: null,
      fields: { jobId: trail.jobId, reason: 'ISPARTA şubesi', tries: 3 },
      process: expect.stringContaining(String(process.pid)),
    },
  ]);
  const [line] = data;
  const hit = [
    `userId=${userId}&level=warn`,
    `organizationId=${organizationId}&level=trace`,
    `campaignId=${campaignId}`,
    'job=mails.send&level=info',
    'search=TASIYICI%20isparta',
    `search=${trail.jobId}`,
    `from=${encodeURIComponent(String(line!['at']))}&search=kizgin`,
  ];
  for (const query of hit) expect([query, (await logs(query)).data.map(({ id }) => id)]).toEqual([query, [line!.id]]);
  const missed = [
    'requestId=req-columns&level=error',
    `to=${encodeURIComponent(String(line!['at']))}&search=kizgin`,
    'search=kizgin%20nowhere',
    `campaignId=${newId()}`,
  ];
  for (const query of missed) expect([query, (await logs(query)).data]).toEqual([query, []]);
});

it('no secret and no phone number gets in, however they were logged; what PostgreSQL cannot keep harms nothing', async () => {
  await using kept = openKeptLog(world);
  const phone = '+905321234567';
  const error = Object.assign(new Error(`no answer from ${phone}\0\ud800`), {
    request: { apiKey: 'hushhush' },
    cause: new Error(phone),
  });
  onTrail({ requestId: 'req-secret' }, () => {
    kept.log.error(
      { err: error, headers: { authorization: 'Bearer hushhush' }, body: { password: 'hushhush', to: phone } },
      `to ${phone}`,
    );
    kept.log.info({ url: 'postgres://ulak:hushhush@db/ulak', list: [{ sessionToken: 'hushhush' }] }, 'to %s', phone);
    kept.log.warn({ ['\0']: '\0', path: 'C:\\u0000', half: '\udc00' }, 'nul \0');
  });
  await untilShown(
    () => logs('requestId=req-secret'),
    (page) => page.data.length === 3,
  );
  const [all] = await world.ctx.db.execute<{ text: string }>(sql`
    select (select string_agg(l::text, '') from log_lines l) || (select string_agg(g::text, '') from error_groups g) as text`);
  expect(all!.text).not.toMatch(/hushhush|5321234567/);
  expect(all!.text).toContain('+9053…67');
});

it('errors of one kind are one, counted right by two processes at once, resolved by an admin and open again when seen again', async () => {
  const fail = (n: number) => new RangeError(`branch “${n}” of ${newId()} is closed`);
  const byTwo = async (times: number) => {
    await using one = openKeptLog(world);
    await using two = openKeptLog(world);
    for (let n = 0; n < times; n++) for (const { log } of [one, two]) log.error({ err: fail(n) }, 'a branch is closed');
  };
  await byTwo(150);
  const [group] = (await errors('search=branch%20closed')).data;
  expect(group).toMatchObject({
    type: 'RangeError',
    level: 'error',
    count: 300,
    status: 'open',
    reopenings: 0,
    place: null,
  });
  const lines = await logs(`errorId=${group!.id}&limit=200`);
  expect(lines.data).toHaveLength(200);
  expect(lines.nextCursor).not.toBeNull();
  // the world's clock stands far before the lines' own
  world.clock.set(new Date(Date.parse(group!.lastSeenAt) + 1));
  const resolve = (resolved: unknown) => world.admin.call('PATCH', `/v1/admin/errors/${group!.id}`, { resolved });
  expect(await (await resolve(true)).json()).toMatchObject({ status: 'resolved', resolvedBy: world.admin.userId });
  expect((await errors('status=open&search=branch%20closed')).data).toEqual([]);
  const activities = sql`select verb, changes from activities where subject_id = ${group!.id} order by id`;
  await resolve(true);
  expect(await world.ctx.db.execute(activities)).toEqual([
    { verb: 'logs.resolve-error', changes: { resolved: [false, true] } },
  ]);
  await byTwo(1);
  expect((await errors('status=open&search=branch%20closed&sort=count')).data).toMatchObject([
    { id: group!.id, count: 302, reopenings: 1, resolvedAt: null, resolvedBy: null },
  ]);
  const again = await world.admin.call('GET', `/v1/admin/errors/${group!.id}`);
  expect(await again.json()).toMatchObject({ status: 'open', sample: { message: 'a branch is closed' } });
  expect((await world.acme.call('PATCH', `/v1/admin/errors/${group!.id}`, { resolved: true })).status).toBe(403);
  expect((await world.admin.call('PATCH', `/v1/admin/errors/${newId()}`, { resolved: true })).status).toBe(404);
});

it('a batch that is brought again, as its answer was lost, is kept and counted once', async () => {
  const text = JSON.stringify({ level: 'error', time: '2026-03-02T09:00:00.000Z', msg: 'brought twice' });
  const line = readLine(text)!;
  for (let n = 0; n < 2; n++) await storeLines(world.ctx.db, 'p', [line]);
  expect((await errors('search=brought%20twice')).data).toMatchObject([{ count: 1 }]);
  expect(['', 'no json', '[]', '{}', '{"level":"info","time":"never"}'].map(readLine)).toEqual([
    null,
    null,
    null,
    null,
    null,
  ]);
});

it('pages go on where they ended, newest first, also while lines are added and of one instant', async () => {
  const at = (n: number) => new Date(Date.parse('2026-01-05T00:00:00Z') + Math.floor(n / 3)).toISOString();
  const lines = Array.from(
    { length: 30 },
    (_, n) => readLine(JSON.stringify({ level: 'info', time: at(n), msg: 'paged', requestId: 'req-pages' }))!,
  );
  await storeLines(world.ctx.db, 'p', lines);
  for (const query of ['requestId=req-pages', 'search=paged&to=2026-02-01T00:00:00Z']) {
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Answer<Line> = await logs(`${query}&limit=7${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    const order = [...lines].sort((a, b) => (b.at + b.id < a.at + a.id ? -1 : 1)).map(({ id }) => id);
    expect(seen).toEqual(order);
  }
});

it('400: a search that no index can answer, and cursors of other lists', async () => {
  for (const query of ['search=ab', 'level=loud', 'cursor=bm8', 'userId=7', 'from=2026-01-01', 'unknown=1'])
    expect([query, (await world.admin.call('GET', `/v1/admin/logs?${query}`)).status]).toEqual([query, 400]);
  expect((await world.admin.call('GET', '/v1/admin/errors?sort=loudest')).status).toBe(400);
  expect((await world.acme.call('GET', '/v1/admin/logs')).status).toBe(403);
  expect((await world.call('GET', '/v1/admin/logs/tail')).status).toBe(401);
});
