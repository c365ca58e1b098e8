import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { organizations, userSettings, users } from '#src/db/schema/accounts.ts';
import { activities } from '#src/db/schema/activities.ts';
import { purgeLiveEvents } from '#src/live/purge-live-events.ts';
import { createWorld, type World } from '#test/support/world.ts';

const PATH = '/v1/admin/settings';
let world: World;
beforeAll(async () => {
  world = await createWorld({ env: { SEND_DELAY_FLOOR_SECONDS: '3' } });
});
afterAll(() => world[Symbol.asyncDispose]());

const read = async () => (await world.admin.call('GET', PATH)).json();
const patch = (body: object) => world.admin.call('PATCH', PATH, body);
const pathsOf = async (response: { json(): Promise<{ errors: { path: string }[] }> }) =>
  (await response.json()).errors.map(({ path }) => path);

describe('/v1/admin/settings', () => {
  it('200: what is left out stays, also within a group; a version, an activity with before and after; PUT is the same', async () => {
    const before = await read();
    expect(before).toMatchObject({
      version: 0,
      delayFloorInForce: 3,
      features: { sms: true },
      newUsers: { dailyCap: null },
    });
    const changed = await patch({ delayFloorSeconds: 5, features: { imports: false }, newUsers: { dailyCap: 300 } });
    expect(changed.status).toBe(200);
    expect(await changed.json()).toEqual({
      ...before,
      version: 1,
      updatedAt: expect.any(String),
      delayFloorSeconds: 5,
      delayFloorInForce: 5,
      features: { ...before.features, imports: false },
      newUsers: { ...before.newUsers, dailyCap: 300 },
    });
    expect((await (await world.admin.call('PUT', PATH, { features: { imports: true } })).json()).version).toBe(2);
    expect((await (await patch({ features: { imports: true } })).json()).version).toBe(2);
    const [activity] = await world.ctx.db
      .select()
      .from(activities)
      .where(eq(activities.verb, 'platform-settings.change'));
    expect(activity).toMatchObject({
      actorType: 'admin',
      changes: { delayFloorSeconds: [null, 5], 'features.imports': [true, false], 'newUsers.dailyCap': [null, 300] },
    });
  });

  it('400: as a whole or not at all, every field named: below the configured floor, wider than WhatsApp, a region that is none', async () => {
    const { version } = await read();
    expect(
      await pathsOf(
        await patch({ delayFloorSeconds: 1, media: { maxBytes: { image: 9_000_000 }, mimeTypes: ['image/gif'] } }),
      ),
    ).toEqual(['delayFloorSeconds', 'media.mimeTypes', 'media.maxBytes.image']);
    expect(await pathsOf(await patch({ newUsers: { delay: { minSeconds: 60 } }, checkNumbers: false }))).toEqual([
      'newUsers.delay.maxSeconds',
    ]);
    expect(await pathsOf(await patch({ newOrganizations: { region: 'XX' } }))).toEqual(['newOrganizations.region']);
    expect(await pathsOf(await patch({ retention: { liveEventsHours: 1000 } }))).toEqual(['retention.liveEventsHours']);
    const turkish = await world.admin.call('PATCH', PATH, { delayFloorSeconds: 1 }, { 'accept-language': 'tr' });
    expect((await turkish.json()).errors[0].message).toContain('en az 3 saniye');
    expect(await read()).toMatchObject({ version, checkNumbers: true });
  });

  it('409: of two admins who read the same version one writes; the other is told what holds now', async () => {
    const { version } = await read();
    const both = await Promise.all([
      patch({ version, prices: { smsSegment: 3 } }),
      patch({ version, prices: { smsSegment: 4 } }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const refused = await both.find(({ status }) => status === 409)!.json();
    expect(refused).toMatchObject({ code: 'version-conflict', current: { version: version + 1 } });
    expect((await patch({ version: version + 1, prices: { smsSegment: null } })).status).toBe(200);
  });

  it('200: every version is kept, the one before the first change too, and can be brought back; 404 for none', async () => {
    await patch({ media: { mimeTypes: ['image/png'], maxBytes: { image: 2048 } } });
    const list = await (await world.admin.call('GET', `${PATH}/versions?limit=2`)).json();
    expect(list.data[0]).toMatchObject({
      by: { id: world.admin.userId },
      changes: { 'media.mimeTypes': [null, ['image/png']], 'media.maxBytes.image': [null, 2048] },
      settings: { media: { mimeTypes: ['image/png'] } },
    });
    const rest = await (await world.admin.call('GET', `${PATH}/versions?cursor=${list.nextCursor}`)).json();
    expect(rest.data.at(-1)).toMatchObject({ version: 0, by: null });
    const png = await world.admin.call('POST', `${PATH}/versions/0/restore`, { version: list.data[0].version });
    expect(await png.json()).toMatchObject({
      version: list.data[0].version + 1,
      delayFloorSeconds: null,
      newUsers: { dailyCap: null },
    });
    expect((await read()).media.maxBytes.image).toBeGreaterThan(2048);
    expect((await world.admin.call('POST', `${PATH}/versions/0/restore`, { version: 1 })).status).toBe(409);
    expect((await world.admin.call('POST', `${PATH}/versions/999/restore`, {})).status).toBe(404);
  });

  it('403: what is switched off is refused at its door, in both languages, and on again at once; what is on is not touched', async () => {
    const { acme, admin } = world;
    const off = {
      signUp: false,
      whatsapp: false,
      emailCampaigns: false,
      sms: false,
      appointments: false,
      webhooks: false,
      imports: false,
    };
    await patch({ features: off });
    const someone = { email: 'yeni@ornek.com', password: 'correct horse battery', name: 'Yeni' };
    const campaign = { name: 'x', audience: { customerIds: [world.customers.ayse] }, text: 'x' };
    const doors: [string, () => ReturnType<typeof acme.call>][] = [
      ['signUp', () => world.call('POST', '/v1/auth/sign-up/email', someone)],
      ['whatsapp', () => acme.call('POST', '/v1/campaigns', { ...campaign, channel: 'whatsapp' })],
      ['emailCampaigns', () => acme.call('POST', '/v1/campaigns', { ...campaign, channel: 'email', subject: 'x' })],
      ['whatsapp', () => acme.call('POST', '/v1/messages', { customerId: world.customers.ayse, text: 'x' })],
      ['sms', () => acme.call('POST', '/v1/sms', { customerId: world.customers.ayse, text: 'x' })],
      [
        'appointments',
        () =>
          acme.call('POST', '/v1/appointments', {
            customerId: world.customers.ayse,
            startsAt: '2026-03-03T10:00:00+03:00',
            endsAt: '2026-03-03T10:30:00+03:00',
            title: 'x',
          }),
      ],
      [
        'webhooks',
        () =>
          acme.call('POST', '/v1/webhook-endpoints', { url: 'https://example.com/x', events: ['campaign.completed'] }),
      ],
      ['imports', () => acme.call('POST', '/v1/customers/import', 'ad\nAli', { 'content-type': 'text/csv' })],
    ];
    for (const [feature, knock] of doors) {
      const response = await knock();
      expect([feature, response.status, await response.json()]).toMatchObject([
        feature,
        403,
        { code: 'feature-off', feature },
      ]);
    }
    const turkish = await world.call('POST', '/v1/auth/sign-up/email', someone, { 'accept-language': 'tr' });
    expect((await turkish.json()).detail).toBe('Üyelik açma şu anda bu platformda kapalı');
    expect((await acme.call('GET', '/v1/sms')).status).toBe(200);
    await patch({ features: Object.fromEntries(Object.keys(off).map((feature) => [feature, true])) });
    expect((await acme.call('POST', '/v1/sms', { customerId: world.customers.ayse, text: 'x' })).status).toBe(201);
    expect((await admin.call('GET', PATH)).status).toBe(200);
  });

  it('a new price is what new SMS cost; what was queued keeps its hold', async () => {
    const held = async () => (await (await world.acme.call('GET', '/v1/credits')).json()).heldCredit;
    const before = await held();
    await patch({ prices: { smsSegment: 7, credit: { amount: '0.25', currency: 'TRY' } } });
    expect(await held()).toBe(before);
    await world.acme.call('POST', '/v1/sms', { customerId: world.customers.burak, text: 'x' });
    expect(await held()).toBe(before + 7);
    expect((await read()).prices).toMatchObject({
      whatsappMessage: 1,
      email: 0,
      smsSegment: 7,
      credit: { amount: '0.25' },
    });
  });

  it('new users and organizations begin as the settings say; those there are stay as they are', async () => {
    const { newUsers: _, ...same } = await read();
    await patch({
      newUsers: { delay: { minSeconds: 30, maxSeconds: 45 }, dailyCap: 150, pacing: { hourlyCap: 20 } },
      newOrganizations: { timeZone: 'europe/berlin', region: 'DE', locale: 'en' },
    });
    const person = { email: 'neu@beispiel.de', password: 'correct horse battery', name: 'Neu' };
    expect((await world.call('POST', '/v1/auth/sign-up/email', person, { 'accept-language': 'tr' })).status).toBe(200);
    const [row] = await world.ctx.db
      .select({ own: userSettings, region: organizations.defaultRegion })
      .from(users)
      .innerJoin(userSettings, eq(userSettings.userId, users.id))
      .innerJoin(organizations, eq(organizations.id, userSettings.organizationId))
      .where(eq(users.email, person.email));
    expect(row).toMatchObject({
      region: 'DE',
      own: {
        timeZone: 'Europe/Berlin',
        locale: 'en',
        delayMinSeconds: 30,
        delayMaxSeconds: 45,
        dailyCap: 150,
        pacing: { hourlyCap: 20 },
      },
    });
    expect(await (await world.acme.call('GET', '/v1/settings')).json()).toMatchObject({ timeZone: 'Europe/Istanbul' });
    expect(same.newOrganizations).toMatchObject({ region: 'TR' });
  });

  it('413, 415: uploads are narrowed, what was uploaded stays; purges keep things for as long as they are told', async () => {
    await patch({ media: { mimeTypes: ['text/plain'], maxBytes: { document: 1024 } } });
    const upload = (content: string, type: string, name: string) => {
      const form = new FormData();
      form.set('file', new File([content], name, { type }));
      return world.acme.call('POST', '/v1/media', form as never);
    };
    const large = await upload('merhaba '.repeat(200), 'text/plain', 'a.txt');
    expect([large.status, (await large.json()).limitBytes]).toEqual([413, 1024]);
    expect((await upload('merhaba', 'text/plain', 'b.txt')).status).toBe(201);
    expect(
      (await upload('%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF', 'application/pdf', 'c.pdf')).status,
    ).toBe(415);
    await patch({ retention: { liveEventsHours: 10 } });
    const count = async () =>
      Number((await world.ctx.db.execute<{ n: string }>(sql`select count(*) as n from live_events`))[0]!.n);
    const all = await count();
    world.clock.advance({ minutes: 9 * 60 });
    await purgeLiveEvents(world.ctx);
    expect(await count()).toBe(all);
    world.clock.advance({ minutes: 2 * 60 });
    await purgeLiveEvents(world.ctx);
    expect(await count()).toBe(0);
  });

  it('401, 403: nobody but a platform admin', async () => {
    const { acme } = world;
    expect((await world.call('PATCH', PATH, {})).status).toBe(401);
    for (const [method, path] of [
      ['GET', PATH],
      ['PATCH', PATH],
      ['GET', `${PATH}/versions`],
      ['POST', `${PATH}/versions/0/restore`],
    ] as const)
      expect((await acme.call(method, path, method === 'GET' ? undefined : {})).status).toBe(403);
  });
});
