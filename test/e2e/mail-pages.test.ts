import { mkdirSync } from 'node:fs';
import { eq, sql } from 'drizzle-orm';
import type { Page } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { createApp } from '#src/app.ts';
import { answerText } from '#src/appointments/answer-page-text.ts';
import { answerUrl } from '#src/appointments/appointment-mail.ts';
import { appointments } from '#src/db/schema/appointments.ts';
import { mailKinds } from '#src/db/schema/emails.ts';
import { saveRefusal, saveSandboxMail } from '#src/emails/sandbox/save-sandbox-mail.ts';
import { startHttpServer } from '#src/platform/http-server.ts';
import { languages } from '#src/platform/language.ts';
import { addressee, compile, compileHtml, composerOf, layoutOf } from '#test/emails/content.ts';
import { markSent, stageMailing, unsubscribeToken } from '#test/emails/link-scene.ts';
import { hasBrowser, openBrowser } from '#test/support/browser.ts';
import { inspectPage } from '#test/support/inspect-page.ts';
import { quickPasswords } from '#test/support/quick-passwords.ts';
import { createWorld } from '#test/support/world.ts';

const PICTURE = `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="640"><defs><linearGradient id="a" x2="1" y2="1"><stop stop-color="#f9c5d1"/><stop offset="1" stop-color="#9795ef"/></linearGradient></defs><rect width="1200" height="640" fill="url(#a)"/><circle cx="860" cy="250" r="120" fill="#fff6"/></svg>`;
const LONG_ADDRESS = `https://example.com/${'uzunbiradres'.repeat(10)}`;
const LETTER = `Merhaba {{ firstName }},\nyeni ürünler & ışıl ışıl günler.\n\nĞÜŞİÖÇ ğüşıöç\n\nYeni sezonun ilk ürünleri mağazamızda. Dilediğiniz gün uğrayın, size bir kahve ısmarlayalım; beden değişimi için fiş de gerekmez.\n\n${LONG_ADDRESS}`;
const phone = { width: 390, height: 844 };
const desk = { width: 1280, height: 900 };
/** What depends on the colours does not depend on the width. */
const apart = [
  { ...phone, colorScheme: 'dark' },
  { ...desk, colorScheme: 'light' },
] as const;
const all = [...apart, { ...phone, colorScheme: 'light' }, { ...desk, colorScheme: 'dark' }] as const;
/** Where what can go wrong does. */
const narrow = [{ ...phone, colorScheme: 'dark' }] as const;
/** A directory for screenshots, to be looked at by people. */
const { SCREENSHOTS } = process.env;

async function stage() {
  const world = await createWorld();
  const { app, close } = createApp(world.ctx, { rateLimits: false, passwords: quickPasswords });
  const server = await startHttpServer(app.fetch, { host: '127.0.0.1', port: 0, idleGraceMs: 0 });
  const browser = await openBrowser();
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.route('https://images.example.com/**', (route) =>
    route.fulfill({ body: PICTURE, contentType: 'image/svg+xml' }),
  );
  if (SCREENSHOTS) mkdirSync(SCREENSHOTS, { recursive: true });
  const home = `http://127.0.0.1:${server.port}`;
  return {
    world,
    page,
    complaints,
    open: async (path: string, language = 'tr') => {
      await page.setExtraHTTPHeaders({ 'accept-language': language });
      await page.goto(`${home}${path}`);
    },
    end: async () => {
      await browser.close();
      await close();
      await server.stop();
      await world[Symbol.asyncDispose]();
    },
  };
}

/** What is wrong with it on a phone and on a desk, by day and by night. */
async function faultsOf(page: Page, name: string, looks: readonly (typeof all)[number][] = apart): Promise<string[]> {
  const faults: string[] = [];
  for (const { width, height, colorScheme } of SCREENSHOTS ? all : looks) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme });
    const found = await inspectPage(page);
    faults.push(...found.map((fault) => `${width} ${colorScheme}: ${fault}`));
    if (SCREENSHOTS)
      await page.screenshot({ path: `${SCREENSHOTS}/${name}-${width}-${colorScheme}.png`, fullPage: true });
  }
  return faults;
}

describe.skipIf(!hasBrowser)(
  'what people see in a browser, on a phone and on a desk, by day and by night',
  async () => {
    if (!hasBrowser) return;
    const { world, page, complaints, open, end } = await stage();
    afterAll(end);
    const keep = async (raw: Buffer | string) =>
      saveSandboxMail(world.ctx, {
        sender: 'bilgi@cinar.example',
        recipients: ['ayse@example.com'],
        raw: Buffer.from(raw),
      });
    const told = () => complaints.splice(0);

    it.each(
      (['announcement', 'newsletter', 'offer'] as const).flatMap((layout) =>
        languages.map((language) => [layout, language] as const),
      ),
    )('layout %s in %s', async (layout, language) => {
      const content = await compile(layoutOf(layout, { text: LETTER }), { language });
      const id = await keep(composerOf(content)(addressee, { at: world.clock.now() }).raw);
      await open(`/sandbox/mail/${id}/html`);
      expect(await page.locator('html').getAttribute('lang')).toBe(language);
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('İlkbahar geldi, Ayşe');
      expect(await page.getByText('ĞÜŞİÖÇ ğüşıöç').isVisible()).toBe(true);
      expect(await page.getByRole('img', { name: 'Işıl ışıl "Bahar" & Ayşe' }).isVisible()).toBe(true);
      expect(await page.getByRole('link', { name: 'Hemen incele' }).isVisible()).toBe(true);
      const wayOut = language === 'tr' ? 'Abonelikten çık' : 'Unsubscribe';
      expect(await page.getByRole('link', { name: wayOut }).isVisible()).toBe(true);
      expect(await faultsOf(page, `layout-${layout}-${language}`, all)).toEqual([]);
      expect(told()).toEqual([]);
    });

    it('a letter of bare HTML, in which Ulak says who sends it', async () => {
      const content = await compileHtml(
        `<h1>Merhaba {{ firstName }}</h1><p>Işıl ışıl günler.</p><p>${LONG_ADDRESS}</p>`,
      );
      const id = await keep(composerOf(content)(addressee, { at: world.clock.now() }).raw);
      await open(`/sandbox/mail/${id}/html`);
      expect(await faultsOf(page, 'letter')).toEqual([]);
      expect(await page.getByRole('link', { name: 'Abonelikten çık' }).isVisible()).toBe(true);
      expect(told()).toEqual([]);
    });

    it.each(mailKinds.flatMap((kind) => languages.map((language) => [kind, language] as const)))(
      'the system’s mail %s in %s',
      async (kind, language) => {
        await open(`/sandbox/mails/${kind}/${language}`);
        expect(await faultsOf(page, `system-${kind}-${language}`)).toEqual([]);
        expect(told()).toEqual([]);
      },
    );

    it.each(languages)('the pages behind the link to unsubscribe, in %s', async (language) => {
      const { recipients, id } = await stageMailing(world, 1);
      await markSent(world, id);
      await open(`/u/${unsubscribeToken(world, recipients[0]!, language)}`);
      expect(await faultsOf(page, `unsubscribe-1-ask-${language}`)).toEqual([]);
      await page.getByRole('button').click();
      expect(await faultsOf(page, `unsubscribe-2-closed-${language}`)).toEqual([]);
      await page.getByRole('button').click();
      expect(await faultsOf(page, `unsubscribe-3-restored-${language}`)).toEqual([]);
      await open(`/u/sample`, language);
      expect(await faultsOf(page, `unsubscribe-4-sample-${language}`)).toEqual([]);
      expect(told()).toEqual([]);
    });

    it.each(languages)('the pages on which a customer answers about an appointment, in %s', async (language) => {
      const { ctx, acme, customers } = world;
      await ctx.db.execute(sql`update customers set language = ${language} where id = ${customers.ayse}`);
      await ctx.db.execute(sql`update users set name = 'Işıl Güneş Çelebi' where id = ${acme.userId}`);
      const day = language === 'tr' ? '2026-03-05' : '2026-03-06';
      const book = async (hour: number, more: object = {}) => {
        const times = { startsAt: `${day}T${hour}:00:00+03:00`, endsAt: `${day}T${hour}:45:00+03:00` };
        const place = 'Bağdat Caddesi No: 12 Kat: 3, Suadiye, Kadıköy / İstanbul';
        const body = { customerId: customers.ayse, title: 'Cilt bakımı ve ön görüşme', place, ...times, ...more };
        const { id } = await (await acme.call('POST', '/v1/appointments', body)).json();
        const [row] = await ctx.db.select().from(appointments).where(eq(appointments.id, id));
        return new URL(answerUrl(ctx, row!)).pathname;
      };
      const say = answerText[language];
      // the same page with other words: once is enough
      const looks = language === 'tr' || SCREENSHOTS ? narrow : [];
      const asked = { requiresApproval: true, link: LONG_ADDRESS };
      const link = await book(10, asked);
      await open(link);
      expect(await page.locator('html').getAttribute('lang')).toBe(language);
      expect(await faultsOf(page, `appointment-1-ask-${language}`)).toEqual([]);
      await page.getByRole('link', { name: say.another }).click();
      expect(await faultsOf(page, `appointment-2-choose-${language}`)).toEqual([]);
      await page.getByRole('button', { name: say.send }).click();
      expect(await page.getByRole('alert').textContent()).toBe(say.nothing);
      expect(await faultsOf(page, `appointment-3-nothing-${language}`, looks)).toEqual([]);
      await page.getByRole('radio').first().check();
      await page.getByLabel(say.note).fill('Öğleden sonra çalışıyorum.');
      await page.getByRole('button', { name: say.send }).click();
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(say.proposed);
      expect(await faultsOf(page, `appointment-4-proposed-${language}`, looks)).toEqual([]);
      await page.getByRole('link', { name: say.back }).click();
      await page.getByRole('button', { name: say.approve }).click();
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(say.approved);
      expect(await faultsOf(page, `appointment-5-approved-${language}`, looks)).toEqual([]);
      await page.getByRole('button', { name: say.cancel }).click();
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(say.cancelled);
      expect(await faultsOf(page, `appointment-6-cancelled-${language}`, looks)).toEqual([]);
      await open(await book(14, { ...asked, recurrence: 'FREQ=WEEKLY;COUNT=20' }));
      expect(await faultsOf(page, `appointment-7-series-${language}`, looks)).toEqual([]);
      await open('/a/sample', language);
      expect(await faultsOf(page, `appointment-8-sample-${language}`, looks)).toEqual([]);
      expect(told()).toEqual([]);
    });

    it('the links of the mails to choose a new password and to verify an address, as far as they lead', async () => {
      const latest = async (path: string) => {
        await world.drain();
        const kept = (await (await world.call('GET', '/sandbox/mail?limit=20')).json()).data;
        for (const { id } of kept) {
          const { text } = await (await world.call('GET', `/sandbox/mail/${id}`)).json();
          const found = new RegExp(`/${path}/\\S+`).exec(text);
          if (found) return found[0];
        }
        throw new Error(`no mail leads to ${path}`);
      };
      const email = 'link@example.com';
      const signUp = { email, password: 'a-long-password', name: 'Işıl' };
      expect((await world.call('POST', '/v1/auth/sign-up/email', signUp)).status).toBe(200);
      await open(await latest('verify-address'));
      expect(await faultsOf(page, 'verify-1')).toEqual([]);
      await page.getByRole('button').click();
      expect(await faultsOf(page, 'verify-2')).toEqual([]);
      await world.call('POST', '/v1/auth/request-password-reset', { email });
      const reset = await latest('reset-password');
      await open(reset);
      expect(await faultsOf(page, 'reset-1')).toEqual([]);
      await page.getByLabel('Yeni parola').fill('another-long-password');
      await page.getByRole('button').click();
      expect(await page.getByRole('heading').textContent()).toBe('Parolanız değişti');
      expect(await faultsOf(page, 'reset-2')).toEqual([]);
      expect(told()).toEqual([]);
      await open(reset);
      expect(await faultsOf(page, 'reset-3-spent')).toEqual([]);
      told();
      const again = { email, password: 'another-long-password' };
      expect((await world.call('POST', '/v1/auth/sign-in/email', again)).status).toBe(200);
    });

    it.each(languages)('the sandbox’s mailbox, in %s', async (language) => {
      await open('/sandbox/mails', language);
      expect(await faultsOf(page, `mails-list-${language}`)).toEqual([]);
      const content = await compile(layoutOf('newsletter'), { language });
      await keep(composerOf(content)(addressee, { at: world.clock.now() }).raw);
      await saveRefusal(world.ctx, 'bilgi@cinar.example', 'reject@example.com');
      await open('/sandbox/mail', language);
      expect(await faultsOf(page, `mailbox-list-${language}`)).toEqual([]);
      await page.getByRole('link', { name: 'Ayşe' }).first().click();
      expect(await faultsOf(page, `mailbox-mail-${language}`)).toEqual([]);
      await open('/sandbox/mail?search=nobody', language);
      expect(await faultsOf(page, `mailbox-empty-${language}`)).toEqual([]);
      expect(told()).toEqual([]);
    });
  },
);
