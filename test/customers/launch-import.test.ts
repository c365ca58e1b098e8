import { asc, eq } from 'drizzle-orm';
import { afterAll, describe, expect, it } from 'vitest';
import { runImport } from '#src/customers/run-import.ts';
import { activities } from '#src/db/schema/activities.ts';
import { customFields } from '#src/db/schema/customer-records.ts';
import { newId } from '#src/platform/ids.ts';
import { createWorld } from '#test/support/world.ts';
import { draftsOf } from './drafting.ts';
import { type Json, json, lines, list, status, total } from './importing.ts';

const world = await createWorld();
afterAll(() => world[Symbol.asyncDispose]());
const { acme, globex } = world;
const { draft, start, carryDraft, recordOf, addressesOf } = draftsOf(world);
await world.ctx.db.insert(customFields).values([
  {
    id: newId(),
    organizationId: acme.organizationId,
    key: 'beden',
    label: 'Beden',
    type: 'select',
    options: ['S', 'M'],
  },
  { id: newId(), organizationId: globex.organizationId, key: 'gizli', label: 'Gizli', type: 'text' },
]);

describe('POST /v1/imports/{id}/start', () => {
  const FILE = lines([
    'kişi,iletişim,posta,kent,doğum,sorumlusu,beden,dil,ülke',
    'Nil Ak,0532 910 00 01 / 0532 910 00 02,nil@example.com,Muğla,31.12.1985,acme,m,Türkçe,',
    'Ayşe Yılmaz,0532 111 00 01,,Bursa,1 Ocak 1990,,,,Almanya',
    'Bozuk,"9,05E+11",,,,,,,',
    'Tek,0532 910 00 03,,,31.02.1990,Kimse,XXL,,',
  ]);
  const mapping = [
    'fullName',
    'phone',
    'email',
    'city',
    'birthday',
    'consultant',
    'custom:beden',
    'language',
    'countryCode',
  ].map((field, column) => ({ column, field }));

  it('202: tries out first, then imports the whole record with its own mapping and defaults, and says why rows were rejected', async () => {
    const group = await json(acme.call('POST', '/v1/groups', { name: 'Yeni gelenler' }));
    const defaults = { source: 'Fuar', tags: ['2026'], consultantId: acme.userId, countryCode: 'TR' };
    const body = { mapping, defaults, groupId: group.id };
    const id = await draft(FILE);
    const before = await total(world);
    const counts = { total: 4, processed: 4, created: 1, updated: 1, rejected: 2, skipped: 0 };
    expect(await carryDraft(id, { ...body, dryRun: true })).toMatchObject({
      status: 'completed',
      dryRun: true,
      ...counts,
    });
    expect(await total(world)).toBe(before);
    const done = await carryDraft(id, body);
    expect(done).toMatchObject({ status: 'completed', dryRun: false, ...counts });
    expect(done.errors.map(({ row, field }: Json) => [row, field])).toEqual([
      [4, 'phone'],
      [5, 'birthday'],
      [5, 'consultant'],
      [5, 'custom:beden'],
    ]);
    expect(done.errors[0].message).toContain('Sütunu Metin olarak biçimlendirin');
    const nil = await recordOf('+905329100001');
    expect(nil).toMatchObject({
      firstName: 'Nil',
      lastName: 'Ak',
      city: 'Muğla',
      birthday: '1985-12-31',
      birthdayDay: 1231,
      language: 'tr',
      countryCode: 'TR',
      source: 'Fuar',
      consultantId: acme.userId,
      tags: ['2026'],
      customFields: { beden: 'M' },
      createdByType: 'job',
      createdById: id,
    });
    expect(await addressesOf(nil.id)).toEqual(['nil@example.com *', '+905329100001 *', '+905329100002']);
    expect(await recordOf('+905321110001')).toMatchObject({ city: 'Bursa', countryCode: 'DE', birthday: '1990-01-01' });
    const { data } = await json(acme.call('GET', `/v1/groups/${group.id}/customers`));
    expect(data.map((c: Json) => c.firstName).sort()).toEqual(['Ayşe', 'Nil']);
    expect((await start(id, body)).status).toBe(409);
    const verbs = await world.ctx.db
      .select()
      .from(activities)
      .where(eq(activities.subjectId, id))
      .orderBy(asc(activities.id));
    expect(verbs.map(({ verb }) => verb)).toEqual([
      'customers.import-draft',
      'customers.import',
      'customers.import-completed',
      'customers.import',
      'customers.import-completed',
    ]);
  });

  it('finds a customer by a further phone; who is there is left alone, filled in or turned down, as told', async () => {
    const file = lines([
      'ad,telefon,şehir,e-posta',
      'Nilüfer,0532 910 00 02,Ankara,nil2@example.com',
      'Yeni,0532 910 00 09,,',
      'Yine,0532 910 00 09,,',
    ]);
    const run = async (body: object) => carryDraft(await draft(file), body);
    expect(await run({ twins: 'reject', dryRun: true })).toMatchObject({ created: 1, rejected: 2 });
    expect(await run({ twins: 'skip' })).toMatchObject({ created: 1, skipped: 2, updated: 0 });
    const told = await run({ twins: 'reject' });
    expect(told).toMatchObject({ created: 0, rejected: 3 });
    expect(told.errors[0]).toEqual({ row: 2, field: 'phone', message: expect.stringContaining('zaten var') });
    expect(await recordOf('+905329100001')).toMatchObject({ firstName: 'Nil', city: 'Muğla' });
    expect(await run({ twins: 'fill-empty' })).toMatchObject({ created: 0, updated: 3 });
    const filled = await recordOf('+905329100001');
    expect(filled).toMatchObject({ firstName: 'Nil', city: 'Muğla', email: 'nil@example.com' });
    expect(await addressesOf(filled.id)).toContain('nil2@example.com');
    expect(await run({})).toMatchObject({ updated: 3, twins: 'overwrite' });
    expect(await recordOf('+905329100001')).toMatchObject({ firstName: 'Nilüfer', city: 'Ankara' });
  });

  it('400: a mapping, a group or a consultant that is not there; 404: another organization’s', async () => {
    const id = await draft(FILE);
    const bad = [
      [{ mapping: [{ column: 0, field: 'nonsense' }] }, 'mapping[0].field'],
      [
        {
          mapping: [
            { column: 0, field: 'fullName' },
            { column: 1, field: 'custom:gizli' },
          ],
        },
        'mapping[1].field',
      ],
      [
        {
          mapping: [
            { column: 0, field: 'fullName' },
            { column: 0, field: 'phone' },
          ],
        },
        'mapping[1].column',
      ],
      [{ mapping: [{ column: 0, field: 'phone' }] }, 'mapping'],
      [{ mapping: [{ column: 200, field: 'fullName' }] }, 'mapping[0].column'],
      [{ groupId: newId() }, 'groupId'],
      [{ defaults: { consultantId: globex.userId } }, 'defaults.consultantId'],
      [{ twins: 'merge' }, 'twins'],
    ] as const;
    for (const [body, path] of bad) {
      const answer = await start(id, body);
      expect(answer.status, path).toBe(400);
      expect((await json(answer)).errors.map((error: Json) => error.path)).toEqual([path]);
    }
    expect((await globex.call('POST', `/v1/imports/${id}/start`, {})).status).toBe(404);
    expect((await globex.call('POST', `/v1/imports/${id}/cancel`)).status).toBe(404);
    expect(await status(acme, id)).toMatchObject({ status: 'draft' });
  });

  it('takes no phone from somebody else, keeps who is suppressed so, and opens no closed consent when it only fills in', async () => {
    const file = lines([
      'ad,telefon,telefon 2,whatsapp izni',
      'Ceren,0532 111 00 03,0532 111 00 02,evet',
      'Deniz,0532 111 00 04,,hayır',
    ]);
    const done = await carryDraft(await draft(file), { twins: 'fill-empty' });
    expect(done).toMatchObject({ updated: 2, rejected: 0, warnings: [{ row: 2, field: 'otherPhone' }] });
    expect((await json(acme.call('GET', '/v1/suppressions?search=1110003'))).data).toHaveLength(1);
    expect(await addressesOf(world.customers.burak)).toContain('+905321110002 *');
    await carryDraft(await draft(lines(['ad,telefon,whatsapp izni', 'Deniz,0532 111 00 04,evet'])), {
      twins: 'fill-empty',
    });
    const consents = await json(acme.call('GET', `/v1/customers/${world.customers.deniz}/consents`));
    expect(consents.data.map((one: Json) => one.state)).toEqual(['withdrawn']);
  });

  it('beside a colleague who creates the same customer, there is one of him', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `Yarış ${i},+9053292${String(i).padStart(5, '0')}`);
    const id = await draft(lines(['ad,telefon', ...rows]));
    await start(id, {});
    const job = { organizationId: acme.organizationId, importId: id };
    const phones = rows.map((row) => row.split(',')[1]);
    const [, ...created] = await Promise.all([
      runImport(world.ctx, job, new AbortController().signal),
      ...phones.map((phone) => acme.call('POST', '/v1/customers', { firstName: 'Elle', phone })),
    ]);
    await world.drain();
    const won = created.filter((answer) => answer.status === 201).length;
    expect(created.every((answer) => [201, 409].includes(answer.status))).toBe(true);
    expect(await status(acme, id)).toMatchObject({ status: 'completed', created: 40 - won, updated: won });
    expect(await list(acme, '?search=9053292&limit=200')).toHaveLength(40);
  });
});
