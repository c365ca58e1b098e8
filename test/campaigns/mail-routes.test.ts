import { sql } from 'drizzle-orm';
import PostalMime from 'postal-mime';
import { afterAll, describe, expect, it } from 'vitest';
import { readSandboxMail } from '#src/emails/sandbox/queries.ts';
import { newId } from '#src/platform/ids.ts';
import { createWorld } from '#test/support/world.ts';
import {
  codeOf,
  emailBody,
  emailScene,
  everythingOf,
  giveIdentity,
  mailbox,
  makeCampaign,
  pathsOf,
} from './email-scene.ts';

const LATER = '2026-03-02T15:00:00+03:00';
const world = await emailScene();
afterAll(() => world[Symbol.asyncDispose]());
const { acme, globex, customers } = world;
const body = (more: object = {}) => emailBody(world, null, { startAt: LATER, ...more });
const everything = () => everythingOf(world);

describe('a mail to look at', () => {
  const words = {
    subject: 'Merhaba {{ firstName }}',
    html: '<p>{{ fullName }} <a href="https://a.example/x">x</a></p>',
  };
  const preview = (more: object = {}) => acme.call('POST', '/v1/campaigns/preview', { ...words, ...more });

  it('200: for a named customer, whole: subjects, preheader, HTML, text, links, size, warnings; saved is nothing', async () => {
    const before = await everything();
    const asked = { customerId: customers.ayse, preheader: 'Bahar', subjectTest: { subject: 'Selam {{ lastName }}' } };
    const response = await preview(asked);
    const shown = await response.json();
    expect([response.status, shown]).toMatchObject([
      200,
      {
        from: { id: world.identityId, name: 'Çınar Mağazası', email: 'bilgi@cinar.example', replyTo: null },
        subject: 'Merhaba Ayşe',
        otherSubject: 'Selam Yilmaz',
        preheader: 'Bahar',
        links: ['https://a.example/x'],
        warnings: [],
      },
    ]);
    expect(shown.html).toContain('Ayşe Yilmaz');
    expect(shown.html).toContain('href="https://a.example/x"');
    expect(shown.html).not.toMatch(/\{\{|\{%/);
    expect(shown.text).toContain('Çınar & Şahin Ltd.');
    expect(shown.sizeBytes).toBeGreaterThan(500);
    expect(await everything()).toBe(before);
  });

  it('200: for nobody in particular, as the caller would read it', async () => {
    expect(await (await preview()).json()).toMatchObject({ subject: 'Merhaba acme' });
  });

  it('200: of a campaign, with the values frozen in it; of a customer outside it with his own', async () => {
    const id = await makeCampaign(world, body({ audience: { customerIds: [customers.ayse] } }));
    await world.ctx.db.execute(sql`update customers set first_name = 'Ayşegül' where id = ${customers.ayse}`);
    const of = async (customerId: string) =>
      (await (await acme.call('GET', `/v1/campaigns/${id}/preview?customerId=${customerId}`)).json()).subject;
    expect(await of(customers.ayse)).toBe('Merhaba Ayşe');
    expect(await of(customers.burak)).toBe('Merhaba Burak');
    await world.ctx.db.execute(sql`update customers set first_name = 'Ayşe' where id = ${customers.ayse}`);
    expect((await globex.call('GET', `/v1/campaigns/${id}/preview`)).status).toBe(404);
    expect((await globex.call('POST', `/v1/campaigns/${id}/test-mail`, {})).status).toBe(404);
    expect(await pathsOf(acme.call('GET', `/v1/campaigns/${id}/preview?customerId=${newId()}`))).toEqual([
      'customerId',
    ]);
  });

  it('400 by path: mistakes, a customer of another organization', async () => {
    expect(await pathsOf(preview({ html: '<p>{{ x }}</p>' }))).toEqual(['html']);
    const elif = (await (await globex.call('POST', '/v1/customers', { firstName: 'Elif' })).json()).id;
    expect(await pathsOf(preview({ customerId: elif }))).toEqual(['customerId']);
    expect(await pathsOf(acme.call('POST', '/v1/campaigns/test-mail', { ...words, customerId: elif }))).toEqual([
      'customerId',
    ]);
  });

  it('429 with Retry-After: the thirty-first within an hour, also when several try at once; an hour later 200', async () => {
    const test = () => acme.call('POST', '/v1/campaigns/test-mail', words);
    expect((await test()).status).toBe(200);
    await world.ctx.db.execute(sql`update rate_limits set count = 28 where key like 'test-mail:%'`);
    const answers = await Promise.all(Array.from({ length: 5 }, test));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 429, 429, 429]);
    const refused = answers.find(({ status }) => status === 429)!;
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3500);
    expect((await refused.json()).code).toBe('rate-limited');
    await world.ctx.db.execute(
      sql`update rate_limits set last_request = last_request - 3600000 where key like 'test-mail:%'`,
    );
    expect((await test()).status).toBe(200);
    await world.ctx.db.execute(sql`delete from sandbox_mails`);
  });

  it('200: to oneself and nobody else, marked, in no campaign and no count; its links lead where they say', async () => {
    const id = await makeCampaign(world, body({ trackOpens: true, trackClicks: true }));
    const before = await (await acme.call('GET', `/v1/campaigns/${id}`)).json();
    const sent = await acme.call('POST', `/v1/campaigns/${id}/test-mail`, { customerId: customers.burak });
    const outcome = {
      address: 'acme@example.com',
      subject: '[Deneme] Merhaba Burak',
      status: 'sent',
      reason: null,
      code: null,
    };
    expect([sent.status, await sent.json()]).toEqual([200, outcome]);
    const draft = await acme.call('POST', '/v1/campaigns/test-mail', { ...words, language: 'en' });
    expect(await draft.json()).toMatchObject({ subject: '[Test] Merhaba acme', status: 'sent' });
    const [, newest] = await mailbox(world);
    expect(newest).toMatchObject({ to: 'acme@example.com', subject: outcome.subject });
    const mail = await PostalMime.parse(await readSandboxMail(world.ctx, newest!.id));
    const headers = mail.headers.map(({ key }) => key);
    expect(headers).toContain('x-ulak-test');
    expect(headers).not.toContain('x-ulak-recipient');
    expect(mail.html).toContain('href="https://cinar.example/bahar"');
    expect(mail.html).not.toMatch(/\/[oc]\//);
    expect(await (await acme.call('GET', `/v1/campaigns/${id}`)).json()).toEqual(before);
    expect(
      await world.ctx.db.execute(sql`select from carrier_events where payload ->> 'address' = 'acme@example.com'`),
    ).toEqual([]);
  });

  it('403: outside the sandbox only to an address that is confirmed', async () => {
    await using outside = await createWorld({ env: { SMTP_URL: 'smtp://127.0.0.1:9' } });
    await giveIdentity(outside, outside.acme);
    await outside.ctx.db.execute(sql`update users set email_verified = false`);
    const test = () => outside.acme.call('POST', '/v1/campaigns/test-mail', words);
    expect(await codeOf(test())).toEqual([403, 'forbidden']);
    await outside.ctx.db.execute(sql`update users set email_verified = true`);
    expect(await (await test()).json()).toMatchObject({ status: 'failed', reason: 'carrier' });
  });
});
