import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { activities } from '#src/db/schema/activities.ts';
import { media } from '#src/db/schema/files.ts';
import { storeMedia } from '#test/campaigns/stage.ts';
import { createWorld, type World } from '#test/support/world.ts';
import { greeting, type Json, json, letter, makeTemplate } from './library.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const patch = (id: string, body: object) => world.acme.call('PATCH', `/v1/templates/${id}`, body);
const versionsOf = (id: string, query = '') => json(world.acme.call('GET', `/v1/templates/${id}/versions${query}`));

describe('versions of a template', () => {
  it('200: every change makes one, what changes nothing does not', async () => {
    const { id } = await makeTemplate(world.acme, greeting);
    const changed = await json(patch(id, { text: 'Selam {{ lastName }}' }));
    expect(changed).toMatchObject({ version: 2, text: 'Selam {{ lastName }}', variables: ['lastName'] });
    expect(await json(patch(id, { text: 'Selam {{ lastName }}', name: greeting.name }))).toMatchObject({ version: 2 });
    expect(await json(patch(id, {}))).toMatchObject({ version: 2 });
    expect(await json(patch(id, { name: 'Yeni ad', category: 'other' }))).toMatchObject({ version: 3 });
    const { data } = await versionsOf(id);
    expect(data.map((row: Json) => [row.number, row.name, row.category, row.text])).toEqual([
      [3, 'Yeni ad', 'other', 'Selam {{ lastName }}'],
      [2, greeting.name, 'welcome', 'Selam {{ lastName }}'],
      [1, greeting.name, 'welcome', greeting.text],
    ]);
    expect(data[0].savedBy).toEqual({ id: world.acme.userId, name: 'acme' });
    const page = await versionsOf(id, '?limit=2');
    expect((await versionsOf(id, `?limit=2&cursor=${page.nextCursor}`)).data.map((row: Json) => row.number)).toEqual([
      1,
    ]);
    const written = await world.ctx.db.select().from(activities).where(eq(activities.subjectId, id));
    expect(written.map(({ verb }) => verb).sort()).toEqual([
      'templates.create',
      'templates.update',
      'templates.update',
    ]);
  });

  it('200: of an email what is left out stays, null takes away', async () => {
    const { id } = await makeTemplate(world.acme, letter);
    expect(await json(patch(id, { preheader: null }))).toMatchObject({
      preheader: null,
      subject: letter.subject,
      version: 2,
    });
    const turned = await json(patch(id, { html: '<p>Merhaba {{ firstName }}</p>' }));
    expect(turned).toMatchObject({
      layout: null,
      html: '<p>Merhaba {{ firstName }}</p>',
      version: 3,
      variables: ['firstName'],
    });
    expect((await patch(id, { text: 'x' })).status).toBe(400);
    expect((await patch(id, { html: '<p>a</p>', mjml: 'b' })).status).toBe(400);
    expect((await versionsOf(id)).data[2].layout).toMatchObject(letter.layout);
  });

  it('200: ten changes at once are ten versions without a gap', async () => {
    const { id } = await makeTemplate(world.acme, { ...greeting, name: 'Onlu' });
    const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => patch(id, { text: `Merhaba ${i}` })));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    const { data } = await versionsOf(id);
    expect(data.map((row: Json) => row.number)).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(new Set(data.map((row: Json) => row.text)).size).toBe(11);
  });

  it('a version cannot be changed, not even by hand', async () => {
    await expect(world.ctx.db.execute(sql`update template_versions set text = 'x'`)).rejects.toMatchObject({
      cause: expect.objectContaining({ message: expect.stringContaining('append-only') }),
    });
  });

  it('409: a file that a template sends or shows cannot be deleted; when it no longer does, it can', async () => {
    const mediaId = await storeMedia(world.ctx, world.acme, 'image');
    const picture = await storeMedia(world.ctx, world.acme, 'image');
    const { imageUrl } = await json(world.acme.call('GET', `/v1/media/${picture}`));
    const { id } = await makeTemplate(world.acme, { ...greeting, name: 'Görselli', mediaIds: [mediaId] });
    const mail = { ...letter, name: 'Görselli', layout: { ...letter.layout, imageUrl } };
    const { id: mailId } = await makeTemplate(world.acme, mail);
    const remove = (file: string) => world.acme.call('DELETE', `/v1/media/${file}`);
    for (const [file, template] of [
      [mediaId, id],
      [picture, mailId],
    ]) {
      const refused = await json(remove(file!));
      expect(refused).toMatchObject({ code: 'media-in-use', templates: [{ id: template, name: 'Görselli' }] });
      expect(refused.detail).toContain('templates “Görselli”');
    }
    await patch(id, { mediaIds: [] });
    await world.acme.call('DELETE', `/v1/templates/${mailId}`);
    expect((await remove(mediaId)).status).toBe(204);
    expect((await remove(picture)).status).toBe(204);
    expect(await world.ctx.db.select().from(media).where(eq(media.id, mediaId))).toEqual([]);
    expect((await patch(id, { mediaIds: [mediaId] })).status).toBe(400);
  });
});
