import { afterAll, describe, expect, it } from 'vitest';
import { newId } from '#src/platform/ids.ts';
import { layoutOf } from '#test/emails/content.ts';
import { createWorld } from '#test/support/world.ts';
import { codeOf, emailBody, emailScene, everythingOf, giveIdentity, makeCampaign, pathsOf } from './email-scene.ts';

const LATER = '2026-03-02T15:00:00+03:00';
const world = await emailScene();
afterAll(() => world[Symbol.asyncDispose]());
const { acme, globex, customers } = world;
const theirs = await giveIdentity(world, globex, { fromEmail: 'info@globex.example' });
const { kind: _, layout, ...filled } = layoutOf('offer');
const offer = { name: layout, ...filled };

const body = (more: object = {}) => emailBody(world, null, { startAt: LATER, ...more });
const everything = () => everythingOf(world);

describe('POST /v1/campaigns and its quote, by email', () => {
  it('200: says whom it reaches, whom not and why, when, and what is to be known; saves nothing', async () => {
    const before = await everything();
    const html = `<img src="https://a.example/b.png">${'<p>Uzun bir metin</p>'.repeat(5500)}`;
    const response = await acme.call('POST', '/v1/campaigns/quote', body({ html }));
    const quote = await response.json();
    expect([response.status, quote]).toMatchObject([
      200,
      {
        recipientCount: 2,
        messagesPerRecipient: 1,
        creditsRequired: 0,
        creditsAvailable: 1000,
        excluded: [
          { reason: 'blacklisted', count: 1 },
          { reason: 'no-consent', count: 1 },
        ],
        startsAt: '2026-03-02T12:00:00.000Z',
        endsAtEstimate: '2026-03-02T12:00:00.020Z',
      },
    ]);
    expect(quote.warnings.map(({ code }: { code: string }) => code)).toEqual(['large-mail', 'picture-without-alt']);
    expect(await everything()).toBe(before);
  });

  it.each([
    ['subject', { subject: undefined }],
    ['subject', { subject: 'a\r\nBcc: x@example.com' }],
    ['subject', { subject: '{{ nobody }}' }],
    ['html', { html: undefined }],
    ['html', { mjml: '<mjml></mjml>' }],
    ['html', { html: '<p>{{ nobody }}</p>' }],
    ['html', { html: '<script>1</script>' }],
    ['mjml', { html: undefined, mjml: '<mjml><mj-body><mj-foo /></mj-body></mjml>' }],
    ['layout.title', { html: undefined, layout: { ...offer, title: '{{ x }}' } }],
    ['layout.imageUrl', { html: undefined, layout: { ...offer, imageUrl: 'http://a.example/x.png' } }],
    ['layout.name', { html: undefined, layout: { ...offer, name: 'sale' } }],
    ['subjectTest.subject', { subjectTest: { subject: '{{ x }}' } }],
    ['from', { from: theirs }],
    ['from', { from: newId() }],
    ['text', { text: 'Merhaba' }],
    ['delay', { delay: { minSeconds: 1, maxSeconds: 2 } }],
    ['audience', { audience: {} }],
    ['validUntil', { validUntil: LATER }],
  ])('400 at %s: %j', async (path, more) => {
    for (const route of ['/v1/campaigns/quote', '/v1/campaigns'])
      expect(await pathsOf(acme.call('POST', route, body(more)))).toEqual([path]);
  });

  it('400: what is for email only is refused on WhatsApp, field by field', async () => {
    const { html, subject } = body();
    const whatsapp = { ...body(), channel: 'whatsapp', text: 'Merhaba', html, subject, trackOpens: true };
    expect(await pathsOf(acme.call('POST', '/v1/campaigns', whatsapp))).toEqual(['subject', 'html', 'trackOpens']);
  });

  it('409: nobody to write to, and none is saved', async () => {
    const before = await everything();
    const nobody = acme.call('POST', '/v1/campaigns', body({ audience: { customerIds: [customers.deniz] } }));
    expect(await codeOf(nobody)).toEqual([409, 'no-recipients']);
    expect(await everything()).toBe(before);
  });

  it('409: from an identity that is not verified, outside the sandbox', async () => {
    await using outside = await createWorld({ env: { SMTP_URL: 'smtp://127.0.0.1:9' } });
    const without = outside.acme.call('POST', '/v1/campaigns', emailBody(outside));
    expect(await codeOf(without)).toEqual([409, 'identity-not-verified']);
    const from = await giveIdentity(outside, outside.acme, { verified: false });
    for (const route of ['/v1/campaigns', '/v1/campaigns/quote', '/v1/campaigns/test-mail']) {
      const { name: _n, channel: _c, audience: _a, startAt: _s, ...words } = emailBody(outside);
      const asked = route.endsWith('test-mail') ? words : emailBody(outside);
      expect(await codeOf(outside.acme.call('POST', route, { ...asked, from }))).toEqual([
        409,
        'identity-not-verified',
      ]);
    }
  });

  it('201: a layout, a test of two subjects, tracking; read again as it was written, not in lists', async () => {
    const subjectTest = { subject: 'Selam {{ lastName }}', sharePercent: 40, winnerBy: 'clicks', afterMinutes: 60 };
    const asked = body({
      html: undefined,
      layout: offer,
      language: 'en',
      subjectTest,
      trackOpens: true,
      trackClicks: true,
    });
    const id = await makeCampaign(world, { ...asked, preheader: 'Kaçırmayın' });
    expect((await (await acme.call('GET', `/v1/campaigns/${id}`)).json()).email).toMatchObject({
      from: world.identityId,
      preheader: 'Kaçırmayın',
      language: 'en',
      html: null,
      layout: offer,
      trackOpens: true,
      trackClicks: true,
      subjectTest: { ...subjectTest, winner: null, decidesAt: null },
    });
    const { data } = await (await acme.call('GET', '/v1/campaigns?channel=email')).json();
    expect(data[0]).toMatchObject({ id, email: { layout: null, html: null } });
  });
});

describe('PATCH /v1/campaigns/{id}, by email', () => {
  it('200: words, sender and subject test change, what is left out stays; what was compiled before stays on record', async () => {
    const id = await makeCampaign(world, body({ preheader: 'Önce', subjectTest: { subject: 'B' } }));
    const patch = async (changes: object) => {
      const response = await acme.call('PATCH', `/v1/campaigns/${id}`, changes);
      expect(response.status).toBe(200);
      return (await response.json()).email;
    };
    const html = await patch({ subject: 'Yeni {{ firstName }}' });
    expect(html).toMatchObject({ subject: 'Yeni {{ firstName }}', preheader: 'Önce', subjectTest: { subject: 'B' } });
    expect(html.html).toContain('Günaydın');
    expect(await patch({ layout: offer, preheader: null })).toMatchObject({
      html: null,
      layout: offer,
      preheader: null,
    });
    expect(await patch({ subjectTest: null, language: 'en', trackOpens: true })).toMatchObject({
      subjectTest: null,
      language: 'en',
      trackOpens: true,
      layout: offer,
    });
    expect(await patch({ subjectTest: { subject: 'C', sharePercent: 30 } })).toMatchObject({
      subjectTest: { subject: 'C', sharePercent: 30 },
    });
    expect(await patch({ name: 'Yaz', startAt: '2026-03-02T16:00:00+03:00' })).toMatchObject({
      subject: 'Yeni {{ firstName }}',
    });
  });

  it('400 and nothing changed: mistakes by path, the other channel’s fields, another organization’s identity', async () => {
    const id = await makeCampaign(world, body());
    const before = await everything();
    const patch = (changes: object) => acme.call('PATCH', `/v1/campaigns/${id}`, changes);
    expect(await pathsOf(patch({ html: '<p>{{ x }}</p>', name: 'n' }))).toEqual(['html']);
    expect(await pathsOf(patch({ html: '<p>a</p>', layout: offer }))).toEqual(['html']);
    expect(await pathsOf(patch({ text: 'a', delay: null }))).toEqual(['text', 'delay']);
    expect(await pathsOf(patch({ from: theirs }))).toEqual(['from']);
    expect(await everything()).toBe(before);
  });

  it('404 for another organization, 409 once it has started; recipients come and go while it is pending', async () => {
    const id = await makeCampaign(world, body());
    const path = `/v1/campaigns/${id}`;
    expect((await globex.call('PATCH', path, { subject: 'x' })).status).toBe(404);
    const change = (method: string, who: string[]) => acme.call(method, `${path}/recipients`, { customerIds: who });
    const removed = await change('DELETE', [customers.burak]);
    expect([removed.status, await removed.json()]).toMatchObject([200, { recipientCount: 1 }]);
    expect(await codeOf(change('DELETE', [customers.ayse]))).toEqual([409, 'no-recipients']);
    const added = await change('POST', [customers.burak, customers.deniz]);
    expect(await added.json()).toMatchObject({ recipientCount: 2, credits: { held: 0 } });
    world.clock.set('2026-03-02T12:00:00Z');
    await world.drain();
    expect(await (await acme.call('GET', path)).json()).toMatchObject({ status: 'completed' });
    expect(await codeOf(acme.call('PATCH', path, { subject: 'x' }))).toEqual([409, 'campaign-not-pending']);
    expect(await codeOf(change('POST', [customers.ayse]))).toEqual([409, 'campaign-not-pending']);
    world.clock.set('2026-03-02T09:00:00Z');
  });
});

it('409: in the sandbox too, from an identity with a server of its own, until it is verified', async () => {
  const from = await giveIdentity(world, acme, { fromEmail: 'own@cinar.example', verified: false });
  const smtpUrl = 'smtps://acme:secret@127.0.0.1:1';
  expect((await acme.call('PATCH', `/v1/sending-identities/${from}`, { smtpUrl })).status).toBe(200);
  expect(await codeOf(acme.call('POST', '/v1/campaigns', body({ from })))).toEqual([409, 'identity-not-verified']);
});
