import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepUsers } from '#src/admin/keep-users.ts';
import { pageOfUsers } from '#src/admin/queries.ts';
import { userFilterSql } from '#src/admin/user-filter.ts';
import { directions, userOrders, userSorts } from '#src/admin/user-order.ts';
import { openInstance } from '#test/campaigns/stage.ts';
import { createWorld } from '#test/support/world.ts';
import { addConsultant, signUp } from './users.ts';

const world = await createWorld();
afterAll(() => world[Symbol.asyncDispose]());
const { acme, globex, admin, ctx } = world;
type Listed = { id: string; name: string; sentThisMonth: number; lastSeenAt: string | null };
const list = async (query = '') =>
  (await admin.call('GET', `/v1/admin/users?${query}`)).json() as Promise<{
    data: Listed[];
    nextCursor: string | null;
  }>;
const namesOf = async (query: string) => (await list(query)).data.map(({ name }) => name);

/** As sending does: a message that is written and then sent. */
async function send(userId: string, count: number, at: string): Promise<void> {
  await ctx.db.execute(sql`
    insert into messages (organization_id, user_id, kind, address, status)
    select ${acme.organizationId}::uuid, ${userId}::uuid, 'text', '+905321110001', 'sending' from generate_series(1, ${count}::int)`);
  await ctx.db.execute(sql`update messages set status = 'sent', sent_at = ${at}::timestamptz where sent_at is null`);
}

let burak: Awaited<ReturnType<typeof addConsultant>>;
beforeAll(async () => {
  burak = await addConsultant(world, 'Burak');
  await signUp(world, 'Işıl Çağlayan', 'isil@ornek.example.com');
  await ctx.db.execute(sql`update user_figures set last_seen_at = '2026-02-01 10:00:00.123456+00'`);
  await ctx.db.execute(
    sql`update user_figures set last_seen_at = '2026-02-01 10:00:00.123457+00' where user_id = ${globex.userId}`,
  );
  await ctx.db.execute(sql`update user_figures set last_seen_at = 'epoch' where user_id = ${acme.userId}`);
  await openInstance(ctx, globex);
});

describe('GET /v1/admin/users', () => {
  it.each(userSorts.flatMap((sort) => directions.map((order) => [sort, order] as const)))(
    '200: by %s, %s: page by page everybody once, in the order of the whole',
    async (sort, order) => {
      const whole = (await list(`sort=${sort}&order=${order}`)).data.map(({ id }) => id);
      expect(whole).toHaveLength(5);
      const seen: string[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const page = await list(`sort=${sort}&order=${order}&limit=1${cursor && `&cursor=${cursor}`}`);
        seen.push(...page.data.map(({ id }) => id));
        cursor = page.nextCursor;
      }
      expect(seen).toEqual(whole);
      const back = await list(`sort=${sort}&order=${order === 'asc' ? 'desc' : 'asc'}`);
      expect(back.data.map(({ id }) => id).reverse()).toEqual(whole);
    },
  );

  it('200: filters, alone and together; a cursor of another order is 400', async () => {
    expect(await namesOf('role=admin')).toEqual(['admin']);
    expect(await namesOf('hasInstance=true')).toEqual(['globex']);
    expect(await namesOf('hasInstance=false&sort=name')).toEqual(['acme', 'admin', 'Burak', 'Işıl Çağlayan']);
    expect(await namesOf('verified=false&sort=name')).toEqual(['Burak', 'Işıl Çağlayan']);
    expect(await namesOf(`organizationId=${acme.organizationId}&sort=name`)).toEqual(['acme', 'Burak']);
    expect(await namesOf(`organizationId=${acme.organizationId}&search=BURAK`)).toEqual(['Burak']);
    expect(await namesOf('search=IŞIL%20cağlayan')).toEqual(['Işıl Çağlayan']);
    expect(await namesOf('createdFrom=2026-03-02T08:59:00Z&createdTo=2026-03-02T09:01:00Z&sort=name')).toEqual([
      'Burak',
      'Işıl Çağlayan',
    ]);
    await admin.call('PUT', `/v1/admin/users/${burak.userId}/ban`, { reason: 'spam', until: '2026-03-02T10:00:00Z' });
    expect(await namesOf('banned=true')).toEqual(['Burak']);
    const counts = await (await admin.call('GET', '/v1/admin/user-counts')).json();
    expect(counts).toEqual({ total: 5, active: 4, banned: 1, admins: 1, verified: 3, unverified: 2, withInstance: 1 });
    expect(await (await admin.call('GET', '/v1/admin/user-counts?banned=true')).json()).toMatchObject({ total: 1 });
    await admin.call('DELETE', `/v1/admin/users/${burak.userId}/ban`);
    const { nextCursor } = await list('sort=name&limit=1');
    for (const query of [
      `sort=credits&cursor=${nextCursor}`,
      `sort=name&order=desc&cursor=${nextCursor}`,
      'banned=1',
      'sort=email',
    ])
      expect((await admin.call('GET', `/v1/admin/users?${query}`)).status, query).toBe(400);
  });

  it('200: a new name of his, and of his organization, is found at once', async () => {
    await acme.call('PATCH', '/v1/organization', { name: 'Şehir Güneş' });
    expect(await namesOf('search=sehir%20gunes&sort=name')).toEqual(['acme', 'Burak']);
    await acme.call('PATCH', '/v1/organization', { name: 'acme' });
    expect(await namesOf('search=sehir')).toEqual([]);
  });

  it('200: last seen by a session or a key of his own, also when that is gone', async () => {
    const at = '2026-03-02T09:00:00.000Z';
    await ctx.db.execute(sql`update sessions set last_used_at = ${at}::timestamptz where user_id = ${acme.userId}`);
    await ctx.db.execute(sql`update sessions set last_used_at = '2026-01-01' where user_id = ${acme.userId}`);
    const [first] = (await list('sort=lastSeen')).data;
    expect(first).toMatchObject({ name: 'acme', lastSeenAt: at });
  });

  it('200: what was sent this month is counted once, and forgotten with the month', async () => {
    await send(acme.userId, 3, '2026-03-02T08:00:00Z');
    // still February in UTC, March in Istanbul
    await send(globex.userId, 2, '2026-02-28T21:30:00Z');
    await send(burak.userId, 9, '2026-02-28T20:30:00Z');
    await Promise.all([keepUsers(ctx), keepUsers(ctx)]);
    const sent = async () =>
      (await list('sort=sentThisMonth&limit=3')).data.map(({ name, sentThisMonth }) => [name, sentThisMonth]);
    expect((await sent()).slice(0, 2)).toEqual([
      ['acme', 3],
      ['globex', 2],
    ]);
    await ctx.db.execute(sql`update messages set sent_at = sent_at + interval '1 second'`);
    await keepUsers(ctx);
    expect((await sent())[0]).toEqual(['acme', 3]);
    world.clock.set('2026-03-31T21:00:00Z');
    expect((await sent()).map(([, count]) => count)).toEqual([0, 0, 0]);
    await keepUsers(ctx);
    expect(await ctx.db.execute(sql`select 1 from user_figures where sent_count > 0`)).toHaveLength(0);
    world.clock.set('2026-03-02T09:00:00Z');
  });

  it('of 20,000 users, every order is read by its index: page and next page', async () => {
    await ctx.db.transaction(async (tx) => {
      await tx.execute(sql`alter table users disable trigger user`);
      await tx.execute(sql`
        insert into users (id, name, email) select uuid_v7(), 'Kişi ' || i, i || '@many.example.com' from generate_series(1, 20000) i`);
      await tx.execute(sql`alter table users enable trigger user`);
      await tx.execute(sql`
        insert into user_figures (user_id, search_text, name_key, sent_count, last_seen_at)
        select id, 'kisi ' || email, 'kisi ' || email, hashtext(email) & 1023, '2026-02-01'::timestamptz + (hashtext(email) & 65535) * interval '1 second'
        from users where email like '%@many.example.com' on conflict do nothing`);
      await tx.execute(sql`
        insert into credit_accounts (user_id, organization_id, settled_credits)
        select id, ${acme.organizationId}::uuid, hashtext(email) & 4095 from users where email like '%@many.example.com'`);
    });
    for (const table of ['users', 'user_figures', 'credit_accounts'])
      await ctx.db.execute(sql`analyze ${sql.identifier(table)}`);
    for (const sort of userSorts) {
      const direction = userOrders[sort].usual;
      const { nextCursor } = await list(`sort=${sort}&limit=50`);
      for (const cursor of [undefined, nextCursor!]) {
        const plan = await ctx.db.execute<{ 'QUERY PLAN': string }>(
          sql`explain ${pageOfUsers(userFilterSql(ctx, {}), { sort, direction, limit: 50, cursor })}`,
        );
        const text = plan.map((line) => line['QUERY PLAN']).join('\n');
        expect(text, sort).not.toMatch(/Seq Scan|Sort/);
      }
    }
    expect(await namesOf('search=19998@many')).toEqual(['Kişi 19998']);
  });
});
