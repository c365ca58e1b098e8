import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderTemplate } from '#src/templates/render-template.ts';
import { storeMedia } from '#test/campaigns/stage.ts';
import { createWorld, type World } from '#test/support/world.ts';
import { greeting, type Json, json, letter, makeTemplate } from './library.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
  const profile = {
    name: 'Çiçek & Çınar',
    address: 'Bağdat Cad. 12',
    workingHours: '09.00–19.00',
    mapUrl: 'https://maps.example/a?b=1&c=2',
  };
  const answer = await world.acme.call('PATCH', '/v1/organization', profile);
  expect(await answer.json()).toMatchObject({ ...profile, phone: null });
});
afterAll(() => world[Symbol.asyncDispose]());

const preview = (id: string, body: object = {}) => json(world.acme.call('POST', `/v1/templates/${id}/preview`, body));
const appointment = {
  startsAt: new Date('2026-03-05T11:30:00Z'),
  title: 'Saç kesimi',
  place: null,
  consultantName: 'Selin',
};
const reminder = {
  ...greeting,
  name: 'Hatırlatma',
  category: 'appointment-reminder',
  text: '{{ firstName | default: "Merhaba" }}: {{ appointment.startsAt }} / {{ appointment.date }} / {{ appointment.time }} {{ appointment.title }}{% if appointment.place %} {{ appointment.place }}{% endif %} ({{ consultant.name | upcase }})',
};

describe('POST /v1/templates/{id}/preview', () => {
  it('200: text and media of WhatsApp, for a customer named or one made up', async () => {
    const mediaId = await storeMedia(world.ctx, world.acme, 'image');
    const { id } = await makeTemplate(world.acme, { ...greeting, mediaIds: [mediaId] });
    expect(await preview(id, { customerId: world.customers.burak })).toEqual({
      channel: 'whatsapp',
      version: 1,
      text: 'Merhaba Burak, Çiçek & Çınar sizi bekliyor.',
      mediaIds: [mediaId],
      subject: null,
      preheader: null,
      html: null,
    });
    expect((await preview(id)).text).toBe('Merhaba Ayşe, Çiçek & Çınar sizi bekliyor.');
  });

  it('200: subject, HTML and plain text of an email, the way out in it; without a sending identity too', async () => {
    const { id } = await makeTemplate(world.acme, letter);
    const mail = await preview(id, { customerId: world.customers.burak });
    expect(mail).toMatchObject({ subject: 'Burak, bahar geldi', preheader: 'Çiçek & Çınar haberleri', mediaIds: [] });
    expect(mail.html).toContain('Çiçek &#38; Çınar sizi bekliyor.');
    expect(mail.html).toMatch(/Abonelikten çık/);
    expect(mail.text).toContain('Çiçek & Çınar sizi bekliyor.');
  });

  it('400: a customer of another organization', async () => {
    const { id } = await makeTemplate(world.globex, greeting);
    const answer = await world.globex.call('POST', `/v1/templates/${id}/preview`, { customerId: world.customers.ayse });
    expect((await answer.json()).errors).toEqual([{ path: 'customerId', message: 'No such customer' }]);
  });
});

describe('renderTemplate', () => {
  it('fills in an appointment on the clock of the user’s time zone, in the template’s language', async () => {
    const { id } = await makeTemplate(world.acme, reminder);
    const request = { templateId: id, customerId: world.customers.ayse, appointment };
    expect(await renderTemplate(world.acme.ctx, request)).toEqual({
      template: { id, version: 1 },
      channel: 'whatsapp',
      language: 'tr',
      text: 'Ayşe: 5 Mart 2026 Perşembe 14:30 / 5 Mart 2026 Perşembe / 14:30 Saç kesimi (SELİN)',
      mediaIds: [],
      mail: null,
    });
    const english = await makeTemplate(world.acme, { ...reminder, language: 'en' });
    const { text } = await renderTemplate(world.acme.ctx, { templateId: english.id, customer: {}, appointment });
    expect(text).toBe(
      'Merhaba: Thursday, March 5, 2026 at 2:30 PM / Thursday, March 5, 2026 / 2:30 PM Saç kesimi (SELIN)',
    );
  });

  it('throws a 400 at templateId: about an appointment without one, of another channel, of another organization', async () => {
    const { id } = await makeTemplate(world.acme, { ...reminder, name: 'Hatırlatma 3' });
    const mail = await makeTemplate(world.acme, { ...letter, name: 'Mektup 2' });
    const asked = [
      renderTemplate(world.acme.ctx, { templateId: id, customer: {} }),
      renderTemplate(world.acme.ctx, { templateId: mail.id, channel: 'whatsapp' }),
      renderTemplate(world.globex.ctx, { templateId: id, appointment }),
      renderTemplate(world.acme.ctx, { templateId: 'x' }),
    ];
    for (const result of await Promise.allSettled(asked))
      expect(result).toMatchObject({
        status: 'rejected',
        reason: { code: 'invalid-request', options: { errors: [{ path: 'templateId' }] } },
      });
  });

  it('a person gets the same alternative every time', async () => {
    const { id } = await makeTemplate(world.acme, {
      ...greeting,
      name: 'Seçenekli',
      text: '{a|b|c|d} {{ firstName }}',
    });
    const texts = await Promise.all(
      Array.from(
        { length: 5 },
        async () => (await renderTemplate(world.acme.ctx, { templateId: id, customerId: world.customers.ayse })).text,
      ),
    );
    expect(new Set(texts).size).toBe(1);
  });

  it('a name of a person is never Liquid, nor an alternative', async () => {
    const { id } = await makeTemplate(world.acme, { ...greeting, name: 'Adlı', text: '{{ firstName }} {a|a}' });
    const { text } = await renderTemplate(world.acme.ctx, {
      templateId: id,
      customer: { firstName: '{{ phone }}{x|y}' },
    });
    expect(text).toBe('{{ phone }}{x|y} a');
  });
});

describe('provided templates', () => {
  it('201: signing up brings good ones in both languages, each of which renders', async () => {
    const body = { email: 'yeni@example.com', password: 'correct horse battery', name: 'Işıl Güzellik' };
    const answer = await world.call('POST', '/v1/auth/sign-up/email', body, { 'accept-language': 'tr' });
    const { token } = await answer.json();
    const call = (method: string, path: string, content?: unknown) =>
      world.call(method, path, content, { authorization: `Bearer ${token}` });
    const { data } = await json(call('GET', '/v1/templates?limit=200'));
    expect(data[0]).toMatchObject({
      name: 'Randevu hatırlatma',
      language: 'tr',
      channel: 'whatsapp',
      provided: true,
      version: 1,
    });
    expect(data).toHaveLength(46);
    const named = (language: string) =>
      data
        .filter((row: Json) => row.language === language)
        .map((row: Json) => `${row.channel} ${row.name} ${row.category}`);
    expect(named('tr').sort()).toEqual(named('en').sort());
    for (const row of data) {
      const shown = await json(call('POST', `/v1/templates/${row.id}/preview`, {}));
      const whole = JSON.stringify(shown);
      expect(shown.text, row.name).toBeTruthy();
      expect(whole, row.name).not.toMatch(/\{\{|\{%|\bnil\b|undefined|null,null,null,null/);
      const { text } = row;
      // whoever saves it unchanged under another name is not refused
      if (text) expect((await call('PATCH', `/v1/templates/${row.id}`, { text: `${text} ` })).status).toBe(200);
    }
  }, 20_000);

  it('200: an organization from before gets them with the first look, once, however many look at once', async () => {
    const lists = await Promise.all(
      Array.from({ length: 5 }, () => json(world.globex.call('GET', '/v1/templates?limit=200&channel=sms'))),
    );
    expect(new Set(lists.map(({ data }) => data.length)).size).toBeLessThanOrEqual(2);
    expect((await json(world.globex.call('GET', '/v1/templates?limit=200&channel=sms'))).data).toHaveLength(4);
  });

  it('200: what was deleted comes back when asked for, what was changed stays', async () => {
    const list = async () => (await json(world.globex.call('GET', '/v1/templates?limit=200'))).data;
    const before = await list();
    const [gone, renamed] = before.filter((row: Json) => row.provided);
    await world.globex.call('DELETE', `/v1/templates/${gone.id}`);
    await world.globex.call('PATCH', `/v1/templates/${renamed.id}`, { name: 'Bizim metnimiz' });
    expect(await list()).toHaveLength(before.length - 1);
    expect(await json(world.globex.call('POST', '/v1/templates/provided'))).toEqual({ added: 1 });
    expect(await json(world.globex.call('POST', '/v1/templates/provided'))).toEqual({ added: 0 });
    const after = await list();
    expect(after).toHaveLength(before.length);
    expect(after.find((row: Json) => row.id === renamed.id).name).toBe('Bizim metnimiz');
    expect(after[0]).toMatchObject({ name: gone.name, text: gone.text, version: 1 });
  });
});
