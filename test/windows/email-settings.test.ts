import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { createWorld } from '#test/support/world.ts';

const PATH = '/v1/organization/email-settings';
const window = { start: '09:00', end: '24:00', days: [1, 2, 5], timeZone: 'Europe/Istanbul' };

it('200: none at first; set, read again, left as it is by an empty change, taken away; an activity for each', async () => {
  await using world = await createWorld();
  const { acme, globex, ctx } = world;
  const read = async (who = acme) => (await who.call('GET', PATH)).json();
  expect(await read()).toEqual({ sendingWindow: null });
  const put = await acme.call('PUT', PATH, {
    sendingWindow: { ...window, days: [5, 1, 2], timeZone: 'europe/istanbul' },
  });
  expect([put.status, await put.json()]).toEqual([200, { sendingWindow: window }]);
  expect((await acme.call('PUT', PATH, {})).status).toBe(200);
  expect(await read()).toEqual({ sendingWindow: window });
  expect(await read(globex)).toEqual({ sendingWindow: null });
  expect(await (await acme.call('PUT', PATH, { sendingWindow: null })).json()).toEqual({ sendingWindow: null });
  const [noted] = await ctx.db.execute<{ count: number }>(
    sql`select count(*)::int as count from activities where verb = 'settings.change-email-window'`,
  );
  expect(noted!.count).toBe(2);
});

it('400 at the field: no zone, no day, ends before it begins, unknown; 403 for a consultant', async () => {
  await using world = await createWorld();
  const { acme, ctx } = world;
  const paths = async (sendingWindow: unknown) =>
    (await (await acme.call('PUT', PATH, { sendingWindow })).json()).errors.map(({ path }: { path: string }) => path);
  expect(await paths({ ...window, timeZone: 'Mars/Olympus' })).toEqual(['sendingWindow.timeZone']);
  expect(await paths({ ...window, days: [] })).toEqual(['sendingWindow.days']);
  expect(await paths({ ...window, end: '09:00' })).toEqual(['sendingWindow.end']);
  expect(await paths({ start: '09:00', end: '10:00', days: [1] })).toEqual(['sendingWindow.timeZone']);
  await ctx.db.execute(sql`update members set role = 'consultant' where user_id = ${acme.userId}`);
  expect((await acme.call('PUT', PATH, { sendingWindow: window })).status).toBe(403);
});
