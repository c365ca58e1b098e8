import { sql } from 'drizzle-orm';
import ICAL from 'ical.js';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { reminding } from './reminder-scene.ts';

const scene = await reminding();
const { ctx, clock, acme, globex } = scene;
afterAll(() => scene[Symbol.asyncDispose]());
beforeEach(async () => {
  clock.set(new Date('2026-03-02T09:00:00Z'));
  await ctx.db.execute(sql`truncate appointments, calendar_feeds cascade`);
});
const make = async (member = acme): Promise<string> => {
  const response = await member.call('POST', '/v1/calendar-feed');
  expect(response.status).toBe(201);
  return new URL((await response.json()).url).pathname;
};
const fetch = (path: string, headers = {}) => scene.call('GET', path, undefined, headers);
async function entries(path: string) {
  const response = await fetch(path);
  expect(response.status).toBe(200);
  const root = new ICAL.Component(ICAL.parse(await response.text()));
  for (const zone of root.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(new ICAL.Timezone(zone));
  return root.getAllSubcomponents('vevent').map((one) => new ICAL.Event(one));
}
const hour = (startsAt: string) => ({
  startsAt: new Date(startsAt),
  endsAt: new Date(Date.parse(startsAt) + 3_600_000),
});

describe('a consultant’s calendar in other programs', () => {
  it('shows his own appointments of the last month and the year to come, the customer’s name and no more of him', async () => {
    const path = await make();
    await scene.appoint({ ...hour('2026-03-03T11:00:00Z'), title: 'Işıl bakım', note: 'gizli not' });
    await scene.appoint({ ...hour('2026-03-04T11:00:00Z'), status: 'requested' });
    await scene.appoint({ ...hour('2026-03-05T11:00:00Z'), status: 'cancelled' });
    await scene.appoint({ ...hour('2026-03-06T11:00:00Z'), consultantId: null });
    await scene.appoint({ ...hour('2026-01-15T11:00:00Z'), status: 'done' });
    await scene.appoint({ ...hour('2027-06-01T11:00:00Z') });
    const events = await entries(path);
    expect(events.map(({ summary }) => summary)).toEqual(['Işıl bakım – Ayşe Yilmaz', 'Cilt bakımı – Ayşe Yilmaz']);
    expect(events.map(({ component }) => component.getFirstPropertyValue('status'))).toEqual([
      'CONFIRMED',
      'TENTATIVE',
    ]);
    const text = await (await fetch(path)).text();
    expect(text).not.toMatch(/gizli not|\+90|ayse@example|ATTENDEE/);
    expect(await entries(await make(globex))).toEqual([]);
  });

  it('on both sides of a change of the clock it is at the hour that was agreed', async () => {
    const path = await make();
    for (const day of ['2026-03-28', '2026-03-29'])
      await scene.appoint({ ...hour(`${day}T${day.endsWith('28') ? '20' : '19'}:00:00Z`), timeZone: 'Europe/Berlin' });
    const events = await entries(path);
    expect(events.map(({ startDate }) => startDate.hour)).toEqual([21, 21]);
    expect(events.map(({ startDate }) => startDate.toJSDate().toISOString())).toEqual([
      '2026-03-28T20:00:00.000Z',
      '2026-03-29T19:00:00.000Z',
    ]);
  });

  it('is sent again only when it has changed', async () => {
    const path = await make();
    const id = await scene.appoint(hour('2026-03-03T11:00:00Z'));
    const first = await fetch(path);
    const etag = first.headers.get('etag')!;
    expect(first.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
    expect(first.headers.get('last-modified')).toBe('Mon, 02 Mar 2026 09:00:00 GMT');
    clock.advance({ minutes: 5 });
    const again = await fetch(path, { 'if-none-match': `W/${etag}` });
    expect([again.status, await again.text()]).toEqual([304, '']);
    await scene.change(id, 'cancelled', { status: 'cancelled' });
    const changed = await fetch(path, { 'if-none-match': etag });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(etag);
  });

  it('its secret is shown once and kept as a hash; a new one ends the old one, as taking it back does, and a ban', async () => {
    expect((await acme.call('GET', '/v1/calendar-feed')).status).toBe(404);
    const first = await make();
    const [row] = await ctx.db.execute<{ row: string }>(sql`select f::text as row from calendar_feeds f`);
    expect(row!.row).not.toContain(/[\w-]{43}/.exec(first)![0]);
    expect(await (await acme.call('GET', '/v1/calendar-feed')).json()).toEqual({
      createdAt: expect.any(String),
      lastReadAt: null,
    });
    await fetch(first);
    expect((await (await acme.call('GET', '/v1/calendar-feed')).json()).lastReadAt).toBe('2026-03-02T09:00:00.000Z');
    const second = await make();
    expect([(await fetch(first)).status, (await fetch(second)).status]).toEqual([404, 200]);
    await ctx.db.execute(sql`update users set banned = true where id = ${acme.userId}`);
    expect((await fetch(second)).status).toBe(404);
    await ctx.db.execute(sql`update users set banned = false where id = ${acme.userId}`);
    expect((await acme.call('DELETE', '/v1/calendar-feed')).status).toBe(204);
    expect((await acme.call('DELETE', '/v1/calendar-feed')).status).toBe(204);
    expect((await fetch(second)).status).toBe(404);
    const twins = await Promise.all([make(), make()]);
    expect((await Promise.all(twins.map((path) => fetch(path)))).map(({ status }) => status).sort()).toEqual([
      200, 404,
    ]);
  });

  it.each(['x.ics', `${'A'.repeat(43)}.ics`, 'A'.repeat(43), '..%2f.ics'])('404: %s', async (name) => {
    expect((await scene.call('GET', `/calendar/${name}`)).status).toBe(404);
  });
});
