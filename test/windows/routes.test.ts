import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { userSettings } from '#src/db/schema/accounts.ts';
import { activities } from '#src/db/schema/activities.ts';
import { sandboxPacing } from '#src/windows/pacing.ts';
import { createWorld, type World } from '#test/support/world.ts';

const week = [1, 2, 3, 4, 5, 6, 7];
const put = (world: World, body: unknown, headers = {}) => world.acme.call('PUT', '/v1/settings', body, headers);
const putPlatform = (world: World, body: unknown) => world.admin.call('PUT', '/v1/admin/settings', body);
const settings = async (world: World) => (await world.acme.call('GET', '/v1/settings')).json();
const pacing = sandboxPacing;
const initial = {
  timeZone: 'Europe/Istanbul',
  locale: 'tr',
  sendingWindow: { start: '09:00', end: '22:00', days: week },
  delay: { minSeconds: 0, maxSeconds: 0 },
  dailyCap: null,
  pacing,
  mails: { campaignFinished: false, appointments: true, creditsBelow: null },
};

const refused: [path: string, body: unknown][] = [
  ['timeZone', { timeZone: 'Mars/Olympus' }],
  ['timeZone', { timeZone: '+03:00' }],
  ['timeZone', { timeZone: '' }],
  ['locale', { locale: 'de' }],
  ['sendingWindow.start', { sendingWindow: { start: '9:00' } }],
  ['sendingWindow.start', { sendingWindow: { start: '08:59' } }],
  ['sendingWindow.end', { sendingWindow: { end: '22:01' } }],
  ['sendingWindow.end', { sendingWindow: { end: '24:00' } }],
  ['sendingWindow.end', { sendingWindow: { end: '24:01' } }],
  ['sendingWindow.end', { sendingWindow: { start: '12:00', end: '12:00' } }],
  ['sendingWindow.end', { sendingWindow: { start: '20:00', end: '10:00' } }],
  ['sendingWindow.days', { sendingWindow: { days: [] } }],
  ['sendingWindow.days', { sendingWindow: { days: [1, 1] } }],
  ['sendingWindow.days[0]', { sendingWindow: { days: [0] } }],
  ['sendingWindow.days[1]', { sendingWindow: { days: [1, 8] } }],
  ['sendingWindow.zone', { sendingWindow: { zone: 'UTC' } }],
  ['delay.maxSeconds', { delay: { minSeconds: 10, maxSeconds: 9 } }],
  ['delay.maxSeconds', { delay: { minSeconds: 10 } }],
  ['delay.maxSeconds', { delay: { maxSeconds: 3601 } }],
  ['delay.minSeconds', { delay: { minSeconds: -1 } }],
  ['delay.minSeconds', { delay: { minSeconds: 0.5 } }],
  ['dailyCap', { dailyCap: 0 }],
  ['dailyCap', { dailyCap: 100_001 }],
  ['dailyCap', { dailyCap: '5' }],
  ['userId', { userId: 'x', locale: 'en' }],
];

describe('/v1/settings', () => {
  it('200: everything changed at once is what is read afterwards', async () => {
    await using world = await createWorld();
    const wanted = {
      timeZone: 'Asia/Kathmandu',
      locale: 'en',
      sendingWindow: { start: '10:30', end: '21:59', days: [1, 3, 5] },
      delay: { minSeconds: 5, maxSeconds: 3600 },
      dailyCap: 500,
      pacing: { ...pacing, hourlyCap: 90 },
      mails: { campaignFinished: true, appointments: true, creditsBelow: 50 },
    };
    const response = await put(world, wanted);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(wanted);
    expect(await settings(world)).toEqual(wanted);
    expect(await (await world.globex.call('GET', '/v1/settings')).json()).toEqual(initial);
  });

  it('200: what is left out stays, inside the window and the delay too', async () => {
    await using world = await createWorld();
    await put(world, { dailyCap: 10, delay: { maxSeconds: 9 }, sendingWindow: { days: [7, 6] } });
    await put(world, { timeZone: 'europe/berlin', sendingWindow: { end: '21:00' } });
    expect(await settings(world)).toEqual({
      ...initial,
      timeZone: 'Europe/Berlin',
      sendingWindow: { start: '09:00', end: '21:00', days: [6, 7] },
      delay: { minSeconds: 0, maxSeconds: 9 },
      dailyCap: 10,
    });
    await put(world, { dailyCap: null });
    expect(await settings(world)).toMatchObject({ dailyCap: null });
  });

  it('200: a user without a row has the defaults, and gets one with his first change', async () => {
    await using world = await createWorld();
    await world.ctx.db.delete(userSettings).where(eq(userSettings.userId, world.acme.userId));
    const defaults = {
      ...initial,
      delay: { minSeconds: 8, maxSeconds: 20 },
      mails: { campaignFinished: true, appointments: true, creditsBelow: 50 },
    };
    expect(await settings(world)).toEqual(defaults);
    await put(world, { locale: 'en' });
    expect(await settings(world)).toEqual({ ...defaults, locale: 'en' });
  });

  it('200: changes of different settings at once are all kept', async () => {
    await using world = await createWorld();
    const changes = [
      { locale: 'en' },
      { dailyCap: 7 },
      { timeZone: 'UTC' },
      { delay: { maxSeconds: 30 } },
      { sendingWindow: { start: '11:00' } },
    ];
    await Promise.all(changes.map((change) => put(world, change)));
    expect(await settings(world)).toEqual({
      timeZone: 'UTC',
      locale: 'en',
      sendingWindow: { start: '11:00', end: '22:00', days: week },
      delay: { minSeconds: 0, maxSeconds: 30 },
      dailyCap: 7,
      pacing,
      mails: { campaignFinished: false, appointments: true, creditsBelow: null },
    });
  });

  it('200: leaves an entry in the audit trail', async () => {
    await using world = await createWorld();
    await put(world, { dailyCap: 10 });
    const [activity] = await world.ctx.db.select().from(activities).where(eq(activities.verb, 'settings.change'));
    expect(activity).toMatchObject({ userId: world.acme.userId, changes: { dailyCap: [null, 10] } });
  });

  it('400: names the field, and changes nothing; F53: no zone that is none, no window of zero length or across midnight', async () => {
    await using world = await createWorld();
    for (const [path, body] of refused) {
      const response = await put(world, body);
      expect(response.status, JSON.stringify(body)).toBe(400);
      expect(await response.json()).toMatchObject({ code: 'invalid-request', errors: [{ path }] });
    }
    expect(await settings(world)).toEqual(initial);
  });

  it('400: a delay below the platform’s floor', async () => {
    await using world = await createWorld({ env: { SEND_DELAY_FLOOR_SECONDS: '3' } });
    const refused = await put(world, { delay: { minSeconds: 2, maxSeconds: 9 } }, { 'accept-language': 'tr' });
    expect(await refused.json()).toMatchObject({ errors: [{ path: 'delay.minSeconds', message: 'En az 3 saniye' }] });
    expect((await put(world, { delay: { minSeconds: 3, maxSeconds: 9 } })).status).toBe(200);
  });

  it('401: without a login', async () => {
    await using world = await createWorld();
    expect((await world.call('GET', '/v1/settings')).status).toBe(401);
    expect((await world.call('PUT', '/v1/settings', { locale: 'en' })).status).toBe(401);
  });
});

const mailGuard = { minimumMails: 500, bouncePercent: 5, complaintPercent: 0.1 };

describe('/v1/admin/settings', () => {
  it('200: the window and the look-up of numbers are read and changed; what is left out stays', async () => {
    await using world = await createWorld();
    const read = async () => (await world.admin.call('GET', '/v1/admin/settings')).json();
    const sendingWindow = { start: '09:00', end: '22:00', days: week };
    expect(await read()).toMatchObject({ sendingWindow, checkNumbers: true, mailGuard });
    await putPlatform(world, { sendingWindow: { start: '00:00', end: '24:00' } });
    expect(await read()).toMatchObject({
      sendingWindow: { start: '00:00', end: '24:00', days: week },
      checkNumbers: true,
      mailGuard,
    });
    await putPlatform(world, { checkNumbers: false });
    const changed = await putPlatform(world, { sendingWindow: { days: [5, 1] } });
    expect(await changed.json()).toMatchObject({
      sendingWindow: { start: '00:00', end: '24:00', days: [1, 5] },
      checkNumbers: false,
      mailGuard,
    });
    expect(
      await world.ctx.db.select().from(activities).where(eq(activities.verb, 'platform-settings.change')),
    ).toHaveLength(3);
  });

  it('200: a wider window lets users widen theirs, up to 24:00', async () => {
    await using world = await createWorld();
    await putPlatform(world, { sendingWindow: { start: '00:00', end: '24:00' } });
    const response = await put(world, { sendingWindow: { start: '00:00', end: '24:00' } });
    expect(await response.json()).toMatchObject({ sendingWindow: { start: '00:00', end: '24:00', days: week } });
  });

  it('200: a narrower window leaves users’ settings alone, and they can still change the rest', async () => {
    await using world = await createWorld();
    await putPlatform(world, { sendingWindow: { start: '12:00', end: '13:00', days: [1] } });
    expect(await settings(world)).toEqual(initial);
    expect((await put(world, { locale: 'en' })).status).toBe(200);
    const refused = await put(world, { sendingWindow: { start: '10:00' } });
    const paths = ((await refused.json()) as { errors: { path: string }[] }).errors.map((error) => error.path);
    expect(paths).toEqual(['sendingWindow.start', 'sendingWindow.end', 'sendingWindow.days']);
  });

  it('400: a window that does not begin before it ends', async () => {
    await using world = await createWorld();
    const response = await putPlatform(world, { sendingWindow: { start: '22:00', end: '09:00' } });
    expect(await response.json()).toMatchObject({ status: 400, errors: [{ path: 'sendingWindow.end' }] });
  });

  it('403: for platform admins only; 401: without a login', async () => {
    await using world = await createWorld();
    expect((await world.acme.call('GET', '/v1/admin/settings')).status).toBe(403);
    expect((await world.acme.call('PUT', '/v1/admin/settings', { sendingWindow: {} })).status).toBe(403);
    expect((await world.call('PUT', '/v1/admin/settings', { sendingWindow: {} })).status).toBe(401);
  });
});
