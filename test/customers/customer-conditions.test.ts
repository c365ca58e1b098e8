import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { customers } from '#src/db/schema/customers.ts';
import { newId } from '#src/platform/ids.ts';
import type { Member } from '#test/support/cast.ts';
import { createWorld } from '#test/support/world.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field
type Json = any;
const json = async (answer: Response | Promise<Response>): Promise<Json> => (await answer).json();
const add = (member: Member, body: object) => json(member.call('POST', '/v1/customers', body));
const names = async (member: Member, query = ''): Promise<string[]> =>
  (await json(member.call('GET', `/v1/customers${query}`))).data.map((c: { firstName: string }) => c.firstName);

describe('GET /v1/customers', () => {
  it('200: newest first, page by page, stable while customers are added', async () => {
    await using world = await createWorld();
    const first = await json(world.acme.call('GET', '/v1/customers?limit=3'));
    expect(first.data.map((c: Json) => c.firstName)).toEqual(['Deniz', 'Ceren', 'Burak']);
    await add(world.acme, { firstName: 'Ece' });
    const second = await json(world.acme.call('GET', `/v1/customers?limit=3&cursor=${first.nextCursor}`));
    expect(second.data.map((c: Json) => c.firstName)).toEqual(['Ayşe']);
    expect(second.nextCursor).toBeNull();
    expect(await names(world.globex)).toEqual([]);
  });

  it('200: search knows Turkish letters, word order and national spellings of phones', async () => {
    await using world = await createWorld();
    await add(world.acme, {
      firstName: 'IŞIL',
      lastName: '%İnce',
      phone: '0532 444 55 66',
      email: 'isil_x@example.com',
    });
    for (const search of [
      'ışıl',
      'isil',
      'IŞIL',
      'İŞİL',
      'ince işıl',
      'i̇nce',
      '0532 444',
      '+90 532 4445566',
      '532444',
      'isil_x@',
      'ŞIL',
    ])
      expect(await names(world.acme, `?search=${encodeURIComponent(search)}`), search).toEqual(['IŞIL']);
    for (const search of ['işılx', '%25', 'e_s', '0533', "'; drop table customers; --"])
      expect(await names(world.acme, `?search=${encodeURIComponent(search)}`), search).toEqual([]);
    expect(await names(world.acme, `?search=${encodeURIComponent('%')}`)).toEqual(['IŞIL']);
    expect(await names(world.globex, '?search=isil')).toEqual([]);
  });

  it('200: filters, alone and together', async () => {
    await using world = await createWorld({ now: '2026-03-02T09:00:00Z' });
    const { acme } = world;
    const all = { source: 'Instagram', consultantId: acme.userId, countryCode: 'DE', tags: ['vip', "o'hara"] };
    const { id } = await add(acme, { firstName: 'Ece', ...all });
    const group = await json(acme.call('POST', '/v1/groups', { name: 'VIP' }));
    await acme.call('POST', `/v1/groups/${group.id}/customers`, { customerIds: [id] });
    const filters = [
      'source=Instagram',
      `consultantId=${acme.userId}`,
      'countryCode=DE',
      'tag=vip',
      `tag=${encodeURIComponent("o'hara")}`,
      `groupId=${group.id}`,
    ];
    for (const filter of [...filters, filters.join('&').replace('tag=vip&', '')])
      expect(await names(acme, `?${filter}`), filter).toEqual(['Ece']);
    for (const filter of ['source=insta', `consultantId=${newId()}`, 'countryCode=FR', 'tag=vi', `groupId=${newId()}`])
      expect(await names(acme, `?${filter}`), filter).toEqual([]);
    expect(await names(world.globex, `?groupId=${group.id}`)).toEqual([]);
  });

  it('200: addedWithinDays and notContactedForDays count by the clock, to the millisecond', async () => {
    await using world = await createWorld({ now: '2026-03-02T09:00:00Z' });
    const { acme, clock } = world;
    await world.ctx.db.update(customers).set({ createdAt: new Date('2026-01-01T00:00:00Z') });
    const { id } = await add(acme, { firstName: 'Ece' });
    await world.ctx.db.update(customers).set({ lastContactedAt: clock.now() }).where(eq(customers.id, id));
    clock.advance({ days: 7 });
    expect(await names(acme, '?addedWithinDays=7')).toEqual(['Ece']);
    expect(await names(acme, '?notContactedForDays=7')).not.toContain('Ece');
    clock.advance({ seconds: 0.001 });
    expect(await names(acme, '?addedWithinDays=7')).toEqual([]);
    expect(await names(acme, '?notContactedForDays=7')).toEqual(['Ece', 'Deniz', 'Ceren', 'Burak', 'Ayşe']);
  });

  it('400: limits, cursors and filters that make no sense, and those there are not', async () => {
    await using world = await createWorld();
    const queries = [
      'limit=0',
      'limit=201',
      'cursor=x',
      'addedWithinDays=0',
      'addedWithinDays=1e9',
      'notContactedForDays=a',
      'countryCode=XX',
      'groupId=1',
      'consent=fax',
      'segmentId=1',
      'search=',
      'source=a&source=b',
    ];
    for (const query of queries)
      expect((await world.acme.call('GET', `/v1/customers?${query}`)).status, query).toBe(400);
  });
});
