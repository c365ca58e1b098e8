import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiKey } from '#src/accounts/create-api-key.ts';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { verbLabels } from '#src/activities/verb-labels.ts';
import { unasked } from '#src/context.ts';
import type { Member } from '#test/support/cast.ts';
import { createWorld, type World } from '#test/support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

type Activity = {
  id: string;
  verb: string;
  subjectId: string;
  actor: { type: string };
  changes: { field: string; before: unknown; after: unknown }[];
  createdAt: string;
};
const read = async (who: Member, path: string, headers = {}) => {
  const response = await who.call('GET', path, undefined, headers);
  expect(response.status, `${path} ${response.status}`).toBe(200);
  return (await response.json()) as { data: Activity[]; nextCursor: string | null };
};
const verbs = async (who: Member, path: string) => (await read(who, path)).data.map(({ verb }) => verb);
const consultant = async (): Promise<Member> => {
  const body = {
    email: `c-${crypto.randomUUID()}@example.com`,
    name: 'Selin',
    password: 'correct horse battery',
    role: 'consultant',
  };
  const { userId } = await (await world.acme.call('POST', '/v1/organization/members', body)).json();
  const session = await (
    await world.call('POST', '/v1/auth/sign-in/email', { email: body.email, password: body.password })
  ).json();
  const call: Member['call'] = (method, path, body, headers) =>
    world.call(method, path, body, { authorization: `Bearer ${session.token}`, ...headers });
  return { ...world.acme, userId, token: session.token, call };
};

describe('what an edit changed', () => {
  it('200: before and after of each field, with who, from where and by which request; a secret never', async () => {
    const { acme, customers } = world;
    const path = `/v1/customers/${customers.ayse}`;
    const { firstName, phone } = await (await acme.call('GET', path)).json();
    await acme.call('PATCH', path, { firstName: 'Ayşegül', city: 'İzmir' }, { 'x-request-id': 'request-1' });
    const { data } = await read(acme, `/v1/activities?subjectType=customer&subjectId=${customers.ayse}`, {
      'accept-language': 'tr',
    });
    expect(data[0]).toMatchObject({
      verb: 'customers.update',
      label: 'Müşteriyi değiştirdi',
      user: { id: acme.userId },
      actor: { type: 'user', id: acme.userId },
      impersonated: false,
      requestId: 'request-1',
    });
    expect(data[0]!.changes).toHaveLength(2);
    expect(data[0]!.changes).toContainEqual({ field: 'firstName', before: firstName, after: 'Ayşegül' });
    expect(data[0]!.changes).toContainEqual({ field: 'city', before: null, after: 'İzmir' });
    expect(JSON.stringify(data[0])).not.toContain(phone);
    const one = await (await acme.call('GET', `/v1/activities/${data[0]!.id}`)).json();
    expect(one).toMatchObject({ id: data[0]!.id, changes: data[0]!.changes, label: 'Changed a customer' });
  });

  it('KVKK: erasing a customer leaves that something was done, and nothing of what it was; what was of others stays', async () => {
    const { acme, customers } = world;
    const path = `/v1/customers/${customers.burak}`;
    await acme.call('PATCH', path, { firstName: 'Burakhan', note: 'gizli not' });
    const interaction = await (
      await acme.call('POST', `${path}/interactions`, { kind: 'call', text: 'gizli görüşme' })
    ).json();
    await acme.call('PATCH', `${path}/interactions/${interaction.id}`, { text: 'gizli söz' });
    await acme.call('DELETE', `${path}/interactions/${interaction.id}`);
    await acme.call('DELETE', path);
    expect((await acme.call('POST', `${path}/erase`)).status).toBeLessThan(300);
    const rows = await world.ctx.db.execute<{ verb: string; text: string }>(sql`
      select verb, details::text || coalesce(changes::text, '') as text from activities
      where subject_id in (${customers.burak}, ${interaction.id}) order by id`);
    expect(rows.map(({ verb }) => verb)).toEqual(
      expect.arrayContaining(['customers.update', 'interactions.update', 'customers.erase']),
    );
    expect([...new Set(rows.map(({ text }) => text))]).toEqual(['{}']);
    const others = await world.ctx.db.execute(sql`
      select 1 from activities where subject_id = ${customers.ayse} and verb = 'customers.update' and changes is not null`);
    expect(others).toHaveLength(1);
  });
});

describe('lists', () => {
  it('200: by every filter, page by page; 400: a subject without its id', async () => {
    const { acme, admin, ctx } = world;
    const { id, key } = await createApiKey(acme.ctx, {
      name: 'k',
      scopes: ['groups:write', 'activities:read'],
      expiresAt: null,
    });
    await world.call('POST', '/v1/groups', { name: 'By key' }, { 'x-api-key': key });
    await recordActivity(
      { ...acme.ctx, impersonatorId: admin.userId, address: '203.0.113.7' },
      { verb: 'groups.rename', subjectType: 'group' },
    );
    await recordActivity(
      { ...ctx, ...unasked, organizationId: acme.organizationId, userId: null, actor: { type: 'job', id: null } },
      { verb: 'campaigns.complete', subjectType: 'campaign' },
    );
    const all = '/v1/activities?of=organization';
    expect(await verbs(acme, `${all}&apiKeyId=${id}`)).toEqual(['groups.create']);
    expect(await verbs(acme, `${all}&actorType=job`)).toEqual(['campaigns.complete']);
    expect(await verbs(acme, '/v1/activities?actorType=job')).toEqual([]);
    expect(await verbs(acme, `${all}&impersonated=true`)).toEqual(['groups.rename']);
    expect(await verbs(acme, `${all}&verb=groups.create`)).toEqual(['groups.create']);
    expect(await verbs(acme, `${all}&search=grubun+ADI`)).toEqual(['groups.rename']);
    expect(await verbs(acme, `${all}&search=groups`)).toEqual(
      expect.arrayContaining(['groups.create', 'groups.rename']),
    );
    expect(await verbs(acme, `${all}&search=zzz`)).toEqual([]);
    expect(await verbs(acme, `${all}&from=2026-03-03T00:00:00Z`)).toEqual([]);
    expect(await verbs(acme, `${all}&to=2026-03-02T00:00:00Z`)).toEqual([]);
    const told = (await read(acme, `${all}&impersonated=true`)).data[0];
    expect(told).toMatchObject({ impersonated: true, impersonatorId: null, address: null });
    const asAdmin = '/v1/admin/activities?address=203.0.113.7';
    expect((await read(admin, asAdmin)).data[0]).toMatchObject({
      impersonatorId: admin.userId,
      address: '203.0.113.7',
    });
    expect(await verbs(admin, '/v1/admin/activities?requestId=request-1')).toEqual(['customers.update']);
    const mine = `/v1/admin/activities?organizationId=${acme.organizationId}&userId=${acme.userId}&limit=2`;
    const seen: string[] = [];
    for (let next: string | null = ''; next !== null; ) {
      const page = await read(admin, next ? `${mine}&cursor=${next}` : mine);
      seen.push(...page.data.map(({ id }) => id));
      next = page.nextCursor;
    }
    const whole = (await read(admin, mine.replace('limit=2', 'limit=200'))).data;
    expect(seen).toEqual(whole.map(({ id }) => id));
    expect(new Set(seen).size).toBe(seen.length);
    const refused = await acme.call('GET', `${all}&subjectType=customer`);
    expect(await refused.json()).toMatchObject({ status: 400, errors: [{ path: 'subjectId' }] });
  });

  it('403/404: a consultant sees his own and not the organization’s; another organization sees nothing', async () => {
    const { acme, globex } = world;
    const selin = await consultant();
    await selin.call('PUT', '/v1/settings', { dailyCap: 7 });
    expect(await verbs(selin, '/v1/activities')).toEqual(['settings.change']);
    expect((await selin.call('GET', '/v1/activities?of=organization')).status).toBe(403);
    expect((await selin.call('GET', '/v1/activities.csv?of=organization')).status).toBe(403);
    const { id } = (await read(acme, '/v1/activities?verb=customers.update')).data[0]!;
    expect((await selin.call('GET', `/v1/activities/${id}`)).status).toBe(404);
    expect((await globex.call('GET', `/v1/activities/${id}`)).status).toBe(404);
    expect((await acme.call('GET', '/v1/admin/activities')).status).toBe(403);
    expect((await world.admin.call('GET', `/v1/admin/activities/${id}`)).status).toBe(200);
  });

  it('200: the CSV has every row of the filter once, also past a page, and no formula', async () => {
    const { acme, admin } = world;
    await world.ctx.db.execute(sql`
      insert into activities (organization_id, user_id, actor_type, verb, subject_type, changes, created_at)
      select ${acme.organizationId}::uuid, ${acme.userId}::uuid, 'user', 'tests.write', 'test', '{"name": ["=1+1", "a,b\\"c"]}',
        '2026-03-01T00:00:00Z'::timestamptz + n * interval '1 minute' from generate_series(1, 1500) n`);
    await recordActivity(acme.ctx, { verb: 'tests.write', subjectType: '=HYPERLINK("x")' });
    for (const [who, path] of [
      [acme, '/v1/activities.csv'],
      [admin, '/v1/admin/activities.csv'],
    ] as const) {
      const response = await who.call('GET', `${path}?verb=tests.write`);
      expect(response.headers.get('content-disposition')).toBe('attachment; filename="activities.csv"');
      const [head, ...lines] = (await response.text()).trimEnd().split('\r\n');
      expect(head).toContain('createdAt,verb,label');
      expect(lines).toHaveLength(1501);
      expect(new Set(lines).size).toBe(1501);
      expect(lines[0]).toContain(`"'=HYPERLINK(""x"")"`);
      expect(lines[1]).toContain('"name: =1+1 → a,b""c"');
    }
  });

  it('200: the verbs there are, in both languages', async () => {
    const { data } = (await read(world.acme, '/v1/activity-verbs')) as never as { data: object[] };
    expect(data).toHaveLength(Object.keys(verbLabels).length);
    expect(data).toContainEqual({
      verb: 'campaigns.pause',
      room: 'campaigns',
      label: { en: 'Paused a campaign', tr: 'Kampanyayı duraklattı' },
    });
  });
});
