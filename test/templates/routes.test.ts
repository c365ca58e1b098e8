import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#src/platform/ids.ts';
import { storeMedia } from '#test/campaigns/stage.ts';
import { createWorld, type World } from '#test/support/world.ts';
import { greeting, type Json, json, letter, makeTemplate } from './library.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const post = (body: object, headers?: Record<string, string>) =>
  world.acme.call('POST', '/v1/templates', body, headers);
const patch = (id: string, body: object) => world.acme.call('PATCH', `/v1/templates/${id}`, body);
const errorsOf = async (answer: ReturnType<typeof post>): Promise<string[]> => {
  const response = await answer;
  expect(response.status).toBe(400);
  return (await response.json()).errors.map((error: Json) => error.path);
};

describe('POST /v1/templates', () => {
  it('201: is answered with what it is filled with; 404 to another organization', async () => {
    const made = await makeTemplate(world.acme, greeting);
    expect(made).toMatchObject({
      ...greeting,
      categoryName: 'Welcome',
      provided: false,
      version: 1,
      subject: null,
      layout: null,
      mediaIds: [],
      variables: ['firstName', 'organization.name'],
      createdAt: '2026-03-02T09:00:00.000Z',
    });
    expect(await json(world.acme.call('GET', `/v1/templates/${made.id}`))).toEqual(made);
    for (const [method, path] of [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/preview'],
      ['GET', '/versions'],
    ] as const) {
      const body = method === 'PATCH' ? { name: 'x' } : method === 'POST' ? {} : undefined;
      expect((await world.globex.call(method, `/v1/templates/${made.id}${path}`, body)).status, method).toBe(404);
    }
    expect((await world.call('GET', '/v1/templates')).status).toBe(401);
  });

  it('201: an email is kept as it was written', async () => {
    const made = await makeTemplate(world.acme, letter);
    expect(made).toMatchObject({
      subject: letter.subject,
      preheader: letter.preheader,
      text: null,
      html: null,
      mjml: null,
    });
    expect(made.layout).toMatchObject(letter.layout);
    expect(made.variables).toEqual(['firstName', 'organization.name']);
    const [listed] = (await json(world.acme.call('GET', '/v1/templates?search=bahar%20mektubu'))).data;
    expect(listed).toMatchObject({ id: made.id, layout: null });
  });

  it('400: an unknown variable is refused where it stands, with those that there are', async () => {
    const answer = await post({ ...greeting, text: 'Merhaba\n{{ firstname }}' }, { 'accept-language': 'tr' });
    expect(answer.status).toBe(400);
    const { errors } = await answer.json();
    expect(errors).toEqual([
      {
        path: 'text',
        message: expect.stringMatching(
          /^2\. satır: "firstname" adında bir değişken yok; olanlar: firstName, .*organization\.name/,
        ),
      },
    ]);
    const mail = {
      ...letter,
      subject: '{{ subjekt }}',
      layout: { ...letter.layout, title: '{{ titel }}', text: '{{ unsubscribeUrl }}' },
    };
    expect(await errorsOf(post(mail))).toEqual(['subject', 'layout.title']);
    expect(await errorsOf(post({ ...letter, subject: '{{ unsubscribeUrl }}' }))).toEqual(['subject']);
    expect(await errorsOf(post({ ...greeting, text: '{{ unsubscribeUrl }}' }))).toEqual(['text']);
  });

  it('400: only categories about appointments know an appointment', async () => {
    const text = '{{ appointment.startsAt }} {{ appointment.title }} {{ appointment.place }} {{ consultant.name }}';
    expect(await errorsOf(post({ ...greeting, text }))).toEqual(['text']);
    const made = await makeTemplate(world.acme, {
      ...greeting,
      name: 'Hatırlatma 2',
      category: 'appointment-reminder',
      text,
    });
    expect(made.variables).toEqual([
      'appointment.startsAt',
      'appointment.title',
      'appointment.place',
      'consultant.name',
    ]);
    expect(await errorsOf(patch(made.id, { category: 'welcome' }))).toEqual(['text']);
  });

  it('400: fields of another channel, nothing to say, too long, a broken text', async () => {
    expect(await errorsOf(post({ ...greeting, subject: 'a', html: 'b' }))).toEqual(['subject', 'html']);
    expect(await errorsOf(post({ ...letter, text: 'a' }))).toEqual(['text']);
    expect(await errorsOf(post({ ...greeting, text: ' ' }))).toEqual(['text']);
    expect(await errorsOf(post({ ...greeting, channel: 'sms', text: 'ş'.repeat(919) }))).toEqual(['text']);
    expect(await errorsOf(post({ ...greeting, channel: 'sms', mediaIds: [newId()] }))).toEqual(['mediaIds']);
    expect(await errorsOf(post({ ...greeting, text: '{Merhaba' }))).toEqual(['text']);
    expect(await errorsOf(post({ ...greeting, text: `{{ firstName }}${'a'.repeat(4096)}` }))).toEqual(['text']);
    expect(await errorsOf(post({ ...letter, layout: undefined }))).toEqual(['html']);
    expect(await errorsOf(post({ ...letter, subject: undefined }))).toEqual(['subject']);
    expect(await errorsOf(post({ ...letter, layout: undefined, html: '<p><a href="x">x</a></p>' }))).toEqual(['html']);
    expect(await errorsOf(post({ ...greeting, shortcut: 'a' }))).toEqual(['shortcut']);
    expect(await errorsOf(post({ ...greeting, shortcut: 'a b' }))).toEqual(['shortcut']);
    expect(await errorsOf(post({ ...greeting, category: 'spam' }))).toEqual(['category']);
  });

  it('400: media of another organization', async () => {
    const theirs = await storeMedia(world.ctx, world.globex, 'image');
    expect(await errorsOf(post({ ...greeting, mediaIds: [theirs] }))).toEqual(['mediaIds[0]']);
  });

  it('409: a name that is taken in its channel and language, however cased; a translation has the same', async () => {
    const made = await makeTemplate(world.acme, { ...greeting, name: 'Yaz Fırsatı' });
    const twin = await post({ ...greeting, name: '  yaz   FıRSATı ' });
    expect(twin.status).toBe(409);
    expect(await twin.json()).toMatchObject({ code: 'already-exists', templateId: made.id });
    await makeTemplate(world.acme, { ...greeting, name: 'Yaz Fırsatı', language: 'en' });
    await makeTemplate(world.acme, { ...greeting, name: 'Yaz Fırsatı', channel: 'sms' });
    await makeTemplate(world.globex, { ...greeting, name: 'Yaz Fırsatı' });
    const other = await makeTemplate(world.acme, { ...greeting, name: 'Kış fırsatı' });
    const renamed = await patch(other.id, { name: 'YAZ fırsatı' });
    expect(await renamed.json()).toMatchObject({ status: 409, templateId: made.id });
  });

  it('201 and 409: the same name twice at once is one template', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => post({ ...greeting, name: 'İkiz' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
  });
});

describe('quick replies', () => {
  const reply = { ...greeting, category: 'quick-reply' };

  it('409: a shortcut is one of its kind, Turkish letters aside; it is found by', async () => {
    const made = await makeTemplate(world.globex, { ...reply, name: 'Yol tarifi', shortcut: 'ŞubeYolu' });
    const twin = await world.globex.call('POST', '/v1/templates', { ...reply, name: 'Başka', shortcut: 'subeyolu' });
    expect(await twin.json()).toMatchObject({
      status: 409,
      templateId: made.id,
      detail: expect.stringContaining('shortcut'),
    });
    const found = await json(world.globex.call('GET', '/v1/templates?category=quick-reply&search=SUBEY'));
    expect(found.data.map((row: Json) => row.id)).toEqual([made.id]);
    const moved = await json(world.globex.call('PATCH', `/v1/templates/${made.id}`, { category: 'other' }));
    expect(moved.shortcut).toBeNull();
    await makeTemplate(world.globex, { ...reply, name: 'Başka', shortcut: 'subeyolu' });
  });
});

describe('GET /v1/templates', () => {
  it('200: by channel, language and category, by Turkish words, page by page', async () => {
    const { data: all } = await json(world.acme.call('GET', '/v1/templates?limit=200'));
    for (const [field, value] of [
      ['channel', 'email'],
      ['language', 'en'],
      ['category', 'quick-reply'],
    ]) {
      const { data } = await json(world.acme.call('GET', `/v1/templates?limit=200&${field}=${value}`));
      expect(data.map((row: Json) => row.id)).toEqual(
        all.filter((row: Json) => row[field!] === value).map((row: Json) => row.id),
      );
      expect(data.length).toBeGreaterThan(5);
    }
    const { data: found } = await json(
      world.acme.call('GET', `/v1/templates?search=${encodeURIComponent('CALISMA şaatleri')}&language=tr`),
    );
    expect(found.map((row: Json) => row.name)).toEqual(['Çalışma saatleri']);
    const paged: string[] = [];
    for (let cursor = ''; ; ) {
      const page = await json(world.acme.call('GET', `/v1/templates?limit=20${cursor}`));
      paged.push(...page.data.map((row: Json) => row.id));
      if (!page.nextCursor) break;
      cursor = `&cursor=${page.nextCursor}`;
    }
    expect(paged).toEqual(all.map((row: Json) => row.id));
    expect((await world.acme.call('GET', '/v1/templates?search=%25')).status).toBe(200);
    expect((await world.acme.call('GET', '/v1/templates?cursor=x')).status).toBe(400);
  });

  it('200: every category with its name and its variables, in the caller’s language', async () => {
    const { data } = await json(
      world.acme.call('GET', '/v1/templates/categories', undefined, { 'accept-language': 'tr' }),
    );
    expect(data).toHaveLength(10);
    expect(data[0]).toMatchObject({ category: 'appointment-reminder', name: 'Randevu hatırlatma' });
    expect(data[0].variables).toContainEqual({ name: 'appointment.place', description: 'Randevunun yeri' });
  });

  it('200: with 20,000 templates a shortcut is found by an index', async () => {
    const { organizationId } = world.acme;
    await world.ctx.db
      .transaction(async (tx) => {
        await tx.execute(sql`
        insert into templates (organization_id, channel, language, category, name, version, search_text)
        select ${organizationId}, 'whatsapp', 'tr', 'other', 'şablon ' || i, 1, 'sablon ' || i from generate_series(1, 20000) i`);
        await tx.execute(sql`analyze templates`);
        const plan = await tx.execute<Record<string, string>>(sql`
        explain select * from templates t where t.organization_id = ${organizationId} and t.category = 'quick-reply'
          and t.search_text like '%adres%' order by t.id desc limit 51`);
        const lines = plan.map((row) => Object.values(row)[0]).join('\n');
        expect(lines).toMatch(/templates_(category|search)_idx/);
        expect(lines).not.toContain('Seq Scan');
        tx.rollback();
      })
      .catch((error: Error) => {
        if (error.message !== 'Rollback') throw error;
      });
  });
});

describe('DELETE /v1/templates/{id}', () => {
  it('204: is gone with its versions', async () => {
    const { id } = await makeTemplate(world.acme, { ...greeting, name: 'Geçici' });
    expect((await world.acme.call('DELETE', `/v1/templates/${id}`)).status).toBe(204);
    expect((await world.acme.call('DELETE', `/v1/templates/${id}`)).status).toBe(404);
    expect((await world.acme.call('GET', `/v1/templates/${id}/versions`)).status).toBe(404);
  });
});
