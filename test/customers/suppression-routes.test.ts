import { describe, expect, it } from 'vitest';
import { newId } from '#src/platform/ids.ts';
import type { Member } from '#test/support/cast.ts';
import { createWorld } from '#test/support/world.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field
type Json = any;
const json = async (answer: Response | Promise<Response>): Promise<Json> => (await answer).json();
const suppress = (member: Member, body: object) => member.call('POST', '/v1/suppressions', body);
const list = async (member: Member, query = ''): Promise<Json[]> =>
  (await json(member.call('GET', `/v1/suppressions${query}`))).data;

describe('POST /v1/suppressions', () => {
  it('201: a phone in any spelling, an email in any case', async () => {
    await using world = await createWorld();
    const { acme } = world;
    const answer = await suppress(acme, { phone: '0532 999 99 99', level: 'blacklist', reason: 'istemiyor' });
    expect(answer.status).toBe(201);
    expect(await json(answer)).toEqual({
      data: [
        {
          id: expect.any(String),
          phone: '+905329999999',
          email: null,
          level: 'blacklist',
          scope: 'all',
          reason: 'istemiyor',
          evidence: null,
          expiresAt: null,
          createdAt: '2026-03-02T09:00:00.000Z',
        },
      ],
    });
    const gray = await json(
      suppress(acme, { email: 'A@X.com', level: 'graylist', expiresAt: '2026-03-05T12:00:00+03:00' }),
    );
    expect(gray.data).toMatchObject([{ email: 'a@x.com', level: 'graylist', expiresAt: '2026-03-05T09:00:00.000Z' }]);
  });

  it('201: a customer stands for both addresses, and keeps them when he changes', async () => {
    await using world = await createWorld();
    const { data } = await json(suppress(world.acme, { customerId: world.customers.ayse, level: 'blacklist' }));
    expect(data).toMatchObject([
      { phone: '+905321110001', email: null },
      { phone: null, email: 'yilmaz@example.com' },
    ]);
    await world.acme.call('DELETE', `/v1/customers/${world.customers.ayse}`);
    expect(await list(world.acme, '?search=1110001')).toHaveLength(1);
  });

  it('201: the same address and level again renews reason and expiry; the other level stands beside it', async () => {
    await using world = await createWorld();
    const { acme } = world;
    const first = await json(
      suppress(acme, { phone: '0532 999 99 99', level: 'graylist', reason: 'a', expiresAt: '2026-04-01T00:00:00Z' }),
    );
    const again = await json(suppress(acme, { phone: '+905329999999', level: 'graylist', reason: 'b' }));
    expect(again.data[0]).toEqual({ ...first.data[0], reason: 'b', expiresAt: null });
    await suppress(acme, { phone: '+905329999999', level: 'blacklist' });
    expect((await list(acme, '?search=0532+999')).map((s) => s.level)).toEqual(['blacklist', 'graylist']);
  });

  it('201: at once, ten times, is one entry', async () => {
    await using world = await createWorld();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => suppress(world.acme, { email: 'a@x.com', level: 'blacklist' })),
    );
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([201]));
    expect(await list(world.acme, '?search=a@x.com')).toHaveLength(1);
  });

  it('400: says what is wrong where, and keeps nothing', async () => {
    await using world = await createWorld();
    const wrong: [object, string][] = [
      [{ level: 'blacklist' }, 'body'],
      [{ phone: '0532 999 99 99', email: 'a@x.com', level: 'blacklist' }, 'body'],
      [{ phone: '', level: 'blacklist' }, 'body'],
      [{ phone: '0532 999 99 99' }, 'level'],
      [{ phone: '0532 999 99 99', level: 'redlist' }, 'level'],
      [{ phone: '123', level: 'blacklist' }, 'phone'],
      [{ email: 'x', level: 'blacklist' }, 'email'],
      [{ customerId: newId(), level: 'blacklist' }, 'customerId'],
      [{ phone: '0532 999 99 99', level: 'blacklist', expiresAt: '2027-01-01T00:00:00Z' }, 'expiresAt'],
      [{ phone: '0532 999 99 99', level: 'graylist', expiresAt: '2026-03-02T09:00:00Z' }, 'expiresAt'],
      [{ phone: '0532 999 99 99', level: 'graylist', expiresAt: '2027-01-01T00:00:00' }, 'expiresAt'],
      [{ phone: '0532 999 99 99', level: 'blacklist', reason: 'x'.repeat(501) }, 'reason'],
      [{ phone: '0532 999 99 99', level: 'blacklist', createdBy: newId() }, 'createdBy'],
    ];
    for (const [body, path] of wrong) {
      const answer = await suppress(world.acme, body);
      expect(answer.status, JSON.stringify(body)).toBe(400);
      expect((await json(answer)).errors.map((e: Json) => e.path)).toEqual([path]);
    }
    expect(await list(world.acme)).toHaveLength(1);
  });

  it('400: a customer of another organization, and one without any address', async () => {
    await using world = await createWorld();
    expect((await suppress(world.globex, { customerId: world.customers.ayse, level: 'blacklist' })).status).toBe(400);
    const { id } = await json(world.acme.call('POST', '/v1/customers', { firstName: 'A' }));
    const answer = await json(suppress(world.acme, { customerId: id, level: 'blacklist' }));
    expect(answer.errors).toEqual([{ path: 'customerId', message: 'This customer has neither a phone nor an email' }]);
  });
});

describe('GET /v1/suppressions/{id}', () => {
  it("200: as it was made, expired or not; 404: another organization's", async () => {
    await using world = await createWorld();
    const expiresAt = '2026-03-03T00:00:00.000Z';
    const [made] = (await json(suppress(world.acme, { email: 'a@x.com', level: 'graylist', expiresAt }))).data;
    world.clock.advance({ days: 2 });
    expect(await json(world.acme.call('GET', `/v1/suppressions/${made.id}`))).toEqual(made);
    expect((await world.globex.call('GET', `/v1/suppressions/${made.id}`)).status).toBe(404);
  });
});

describe('GET /v1/suppressions', () => {
  it('200: newest first, by level, by part of the address, without what has expired', async () => {
    await using world = await createWorld();
    const { acme, globex } = world;
    await suppress(acme, { email: 'isik@x.com', level: 'graylist', expiresAt: '2026-03-03T00:00:00Z' });
    await suppress(acme, { email: 'x_y@x.com', level: 'graylist' });
    expect((await list(acme)).map((s) => s.email ?? s.phone)).toEqual(['x_y@x.com', 'isik@x.com', '+905321110003']);
    expect((await list(acme, '?level=blacklist')).map((s) => s.phone)).toEqual(['+905321110003']);
    expect((await list(acme, `?search=${encodeURIComponent('IŞIK@')}`)).map((s) => s.email)).toEqual(['isik@x.com']);
    expect((await list(acme, '?search=_y')).map((s) => s.email)).toEqual(['x_y@x.com']);
    expect(await list(globex)).toEqual([]);
    const page = await json(acme.call('GET', '/v1/suppressions?limit=2'));
    expect(await list(acme, `?limit=2&cursor=${page.nextCursor}`)).toHaveLength(1);
    world.clock.advance({ days: 1 });
    expect(await list(acme)).toHaveLength(2);
  });

  it('400: filters that make no sense', async () => {
    await using world = await createWorld();
    for (const query of ['level=red', 'search=', 'cursor=1', 'limit=a', 'phone=1'])
      expect((await world.acme.call('GET', `/v1/suppressions?${query}`)).status, query).toBe(400);
  });
});

it('204, then 404: an entry is deleted once, by its own organization; 401: nobody signed in', async () => {
  await using world = await createWorld();
  const [entry] = await list(world.acme);
  const path = `/v1/suppressions/${entry.id}`;
  expect((await world.call('DELETE', path)).status).toBe(401);
  for (const method of ['GET', 'POST']) expect((await world.call(method, '/v1/suppressions')).status).toBe(401);
  expect((await world.globex.call('DELETE', path)).status).toBe(404);
  expect((await world.acme.call('DELETE', '/v1/suppressions/x')).status).toBe(404);
  expect((await world.acme.call('DELETE', path)).status).toBe(204);
  expect((await world.acme.call('DELETE', path)).status).toBe(404);
});
