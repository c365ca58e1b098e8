import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Simulator } from '#evolution/simulator/start-simulator.ts';
import { newId } from '#src/platform/ids.ts';
import type { Call } from '#test/support/cast.ts';
import { createWorld, type World } from '#test/support/world.ts';
import { greeting, type Json, json, letter, makeTemplate } from '#test/templates/library.ts';
import { giveIdentity } from './email-scene.ts';
import { play } from './play.ts';
import { openInstance, startQuickSimulator, storeMedia } from './stage.ts';

let world: World;
let simulator: Simulator;
let call: Call;
const LATER = '2026-03-04T12:00:00+03:00';
beforeAll(async () => {
  world = await createWorld();
  simulator = await startQuickSimulator();
  call = world.acme.call;
  await openInstance(world.ctx, world.acme, simulator);
  await giveIdentity(world, world.acme);
  await call('PATCH', '/v1/organization', { name: 'Çınar {Şti}' });
});
afterAll(async () => {
  await simulator.close();
  await world[Symbol.asyncDispose]();
});

let made = 0;
const template = (body: object) => makeTemplate(world.acme, { ...body, name: `Şablon ${made++}` });
const campaign = (channel: string, more: object) => ({
  name: 'Bahar',
  channel,
  audience: { customerIds: [world.customers.ayse] },
  startAt: LATER,
  ...more,
});
const create = (channel: string, more: object) => call('POST', '/v1/campaigns', campaign(channel, more));
const read = (id: string) => json(call('GET', `/v1/campaigns/${id}`));
const pathsOf = async (answer: ReturnType<Call>) => (await json(answer)).errors?.map(({ path }: Json) => path);

describe('a campaign made of a template', () => {
  it('201: takes its text and media as they are now; what becomes of the template changes nothing in it', async () => {
    const mediaId = await storeMedia(world.ctx, world.acme, 'image');
    const { id: templateId } = await template({ ...greeting, mediaIds: [mediaId] });
    await call('PATCH', `/v1/templates/${templateId}`, { text: 'Merhaba {{ firstName }}, {{ organization.name }}!' });
    const { id, ...answer } = await json(create('whatsapp', { templateId }));
    expect(answer).toMatchObject({
      template: { id: templateId, version: 2 },
      mediaIds: [mediaId],
      messagesPerRecipient: 1,
    });
    const before = await read(id);
    await call('PATCH', `/v1/templates/${templateId}`, { text: 'Başka', mediaIds: [] });
    await call('PATCH', '/v1/organization', { name: 'Başka' });
    expect(await read(id)).toEqual(before);
    await call('DELETE', `/v1/templates/${templateId}`);
    await call('PATCH', '/v1/organization', { name: 'Çınar {Şti}' });
    expect(await read(id)).toEqual(before);
    world.clock.set(new Date(LATER));
    await play(world, new Date('2026-03-04T12:00:00Z'));
    expect(await read(id)).toMatchObject({ status: 'completed', template: { id: templateId, version: 2 } });
    expect(simulator.sends().map(({ text }) => text)).toEqual(['Merhaba Ayşe, Çınar {Şti}!']);
    world.clock.set(new Date('2026-03-02T09:00:00Z'));
  });

  it('201: media of its own stand instead of the template’s', async () => {
    const [one, two] = [
      await storeMedia(world.ctx, world.acme, 'image'),
      await storeMedia(world.ctx, world.acme, 'document'),
    ];
    const { id: templateId } = await template({ ...greeting, mediaIds: [one] });
    const answer = await json(create('whatsapp', { templateId, mediaIds: [two] }));
    expect(answer).toMatchObject({ mediaIds: [two], template: { id: templateId, version: 1 } });
  });

  it('200: is quoted as it would be made', async () => {
    const { id: templateId } = await template(greeting);
    const quote = await json(call('POST', '/v1/campaigns/quote', campaign('whatsapp', { templateId })));
    expect(quote).toMatchObject({ recipientCount: 1, creditsRequired: 1 });
  });

  it('201: of an email takes subject, preheader, body and language; its preview and its mail say the same', async () => {
    const { id: templateId } = await template({ ...letter, language: 'en' });
    const made = await json(create('email', { templateId }));
    expect(made).toMatchObject({
      template: { id: templateId, version: 1 },
      email: {
        subject: letter.subject,
        language: 'en',
        preheader: expect.stringMatching(/^\{\{ "Çınar .* haberleri$/),
      },
    });
    const drafted = await json(call('POST', '/v1/campaigns/preview', { templateId, customerId: world.customers.ayse }));
    expect(drafted).toMatchObject({
      subject: 'Ayşe, bahar geldi',
      text: expect.stringContaining('Çınar {Şti} sizi bekliyor'),
    });
    await call('PATCH', `/v1/templates/${templateId}`, { subject: 'Başka' });
    const kept = await json(call('GET', `/v1/campaigns/${made.id}/preview?customerId=${world.customers.ayse}`));
    expect([kept.subject, kept.html]).toEqual([drafted.subject, drafted.html]);
  });

  it('400: what the template says and what is said beside it would be in each other’s way', async () => {
    const { id: templateId } = await template(greeting);
    expect(await pathsOf(create('whatsapp', { templateId, text: 'a' }))).toEqual(['text']);
    expect(await pathsOf(create('whatsapp', { templateId, variants: [{ text: 'a' }, { text: 'b' }] }))).toEqual([
      'variants',
    ]);
    const { id: mailId } = await template(letter);
    const words = { subject: 'a', html: '<p>b</p>', language: 'tr' };
    expect(await pathsOf(create('email', { templateId: mailId, ...words }))).toEqual(['subject', 'html', 'language']);
  });

  it('400: a template of another channel, about an appointment, of another organization, or none', async () => {
    const { id: mailId } = await template(letter);
    const text = '{{ appointment.startsAt }}';
    const { id: reminder } = await template({ ...greeting, category: 'appointment-reminder', text });
    const { id: theirs } = await makeTemplate(world.globex, greeting);
    for (const templateId of [mailId, reminder, theirs, newId()])
      expect(await pathsOf(create('whatsapp', { templateId }))).toEqual(['templateId']);
    const { errors } = await json(create('whatsapp', { templateId: reminder }));
    expect(errors[0].message).toContain('appointment.startsAt');
  });

  it('200: revised by a template it is of that one; with words of its own, of none', async () => {
    const { id: templateId } = await template(greeting);
    const { id } = await json(create('whatsapp', { text: 'Selam' }));
    expect((await read(id)).template).toBeNull();
    const revise = (changes: object) => json(call('PATCH', `/v1/campaigns/${id}`, changes));
    expect(await revise({ templateId, text: 'a' })).toMatchObject({ status: 400 });
    expect(await revise({ templateId })).toMatchObject({
      template: { id: templateId, version: 1 },
      text: greeting.text.replace('{{ organization.name }}', '{{ "Çınar \\u007bŞti\\u007d" }}'),
    });
    expect((await revise({ name: 'Yaz' })).template).toEqual({ id: templateId, version: 1 });
    expect((await revise({ text: 'Selam {{ firstName }}' })).template).toBeNull();
  });

  it('201: a change of the template at the same moment: the campaign says what its version says', async () => {
    const { id: templateId } = await template({ ...greeting, text: 'v1' });
    const [, ...answers] = await Promise.all([
      call('PATCH', `/v1/templates/${templateId}`, { text: 'v2' }),
      ...Array.from({ length: 4 }, () => json(create('whatsapp', { templateId }))),
    ]);
    expect(answers).toHaveLength(4);
    for (const { text, template } of answers) expect(text).toBe(`v${template.version}`);
  });
});
