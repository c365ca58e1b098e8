import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { sessions, users, verifications } from '#src/db/schema/accounts.ts';
import { mails, sandboxMails } from '#src/db/schema/emails.ts';
import { newId } from '#src/platform/ids.ts';
import { createWorld } from '#test/support/world.ts';
import { openDoor } from './open-door.ts';

const world = await createWorld();
const { ctx, clock, acme } = world;
afterAll(() => world[Symbol.asyncDispose]());
const NOW = new Date('2026-03-02T09:00:00Z');
let email: string;
let token: string;
const PASSWORD = 'correct horse battery';
beforeEach(async () => {
  clock.set(NOW);
  await ctx.db.execute(sql`delete from rate_limits`);
  await ctx.db.delete(mails);
  await ctx.db.delete(verifications);
  await ctx.db.delete(sandboxMails);
  email = `${newId()}@example.com`;
  const answer = await world.call(
    'POST',
    '/v1/auth/sign-up/email',
    { email, password: PASSWORD, name: 'Ayşe Yılmaz' },
    { 'accept-language': 'tr' },
  );
  ({ token } = await answer.json());
});

/** The newest link of that kind mailed to the address. */
async function linkTo(address: string, kind: 'reset-password' | 'verify-address' = 'reset-password'): Promise<string> {
  await world.drain();
  const { data } = await (await world.call('GET', `/sandbox/mail?search=${address}`)).json();
  for (const { id } of data) {
    const { text } = await (await world.call('GET', `/sandbox/mail/${id}`)).json();
    const { pathname } = new URL(/https?:\/\/\S+/.exec(text)![0]);
    if (pathname.startsWith(`/${kind}/`)) return pathname;
  }
  throw new Error(`no ${kind} mailed to ${address}`);
}
const me = async () => (await world.call('GET', '/v1/me', undefined, { authorization: `Bearer ${token}` })).json();
const signIn = (password: string) => world.call('POST', '/v1/auth/sign-in/email', { email, password });
const ask = (to = email) => world.call('POST', '/v1/auth/request-password-reset', { email: to });
const page = (method: string, path: string, body?: string) =>
  world.call(method, path, body, {
    accept: 'text/html',
    'accept-language': 'tr',
    ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
  });

describe('a forgotten password', () => {
  it('202: a link is mailed; its page takes a new password once, ends every session, and verifies the address', async () => {
    expect((await ask(email.toUpperCase())).status).toBe(202);
    const path = await linkTo(email);
    expect(path).toMatch(/^\/reset-password\/[\w-]{43}$/);
    const stored = await ctx.db.execute<{ all: string }>(sql`select json_agg(v)::text as all from verifications v`);
    expect(stored[0]!.all).not.toContain(path.split('/')[2]);
    const form = await page('GET', path);
    expect(form.status).toBe(200);
    expect(form.headers.get('referrer-policy')).toBe('no-referrer');
    expect(form.headers.get('content-security-policy')).toMatch(/^default-src 'none'.*form-action 'self'/);
    expect(await form.text()).toContain('Yeni bir parola belirleyin');
    const short = await page('POST', path, 'newPassword=kisa');
    expect(short.status).toBe(400);
    expect(await short.text()).toContain('8–128 karakter');
    const saved = await page('POST', path, new URLSearchParams({ newPassword: 'Yeni Parolam: ığüşöç & 1' }).toString());
    expect(saved.status).toBe(200);
    expect(await saved.text()).toContain('Parolanız değişti');
    expect((await world.call('GET', '/v1/me', undefined, { authorization: `Bearer ${token}` })).status).toBe(401);
    expect((await signIn(PASSWORD)).status).toBe(401);
    const { user } = await (await signIn('Yeni Parolam: ığüşöç & 1')).json();
    expect(user.emailVerified).toBe(true);
    expect((await page('GET', path)).status).toBe(404);
    expect((await page('POST', path, 'newPassword=another-password')).status).toBe(404);
  });

  it('204 by the API; of four at once one is taken; 400 afterwards', async () => {
    await ask();
    const link = (await linkTo(email)).split('/')[2];
    const answers = await Promise.all(
      Array.from({ length: 4 }, (_, i) =>
        world.call('POST', '/v1/auth/reset-password', { token: link, newPassword: `new password ${i}` }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([204, ...Array(3).fill(400)]);
    expect((await answers.find(({ status }) => status === 400)!.json()).errors[0].path).toBe('token');
  });

  it('a link is worth nothing after an hour, after a newer one, or for another purpose', async () => {
    await ask();
    const first = (await linkTo(email)).split('/')[2];
    await ask();
    const second = (await linkTo(email)).split('/')[2];
    const use = (link: string) =>
      world.call('POST', '/v1/auth/reset-password', { token: link, newPassword: 'new password' });
    expect((await use(first!)).status).toBe(400);
    expect((await world.call('POST', '/v1/auth/verify-email', { token: second })).status).toBe(404);
    clock.advance({ minutes: 61 });
    expect((await use(second!)).status).toBe(400);
    expect((await signIn(PASSWORD)).status).toBe(200);
  });

  it('202 alike for an address that nobody has and for one who is banned: nothing is mailed', async () => {
    expect((await ask('nobody@example.com')).status).toBe(202);
    await ctx.db.update(users).set({ banned: true }).where(eq(users.email, email));
    const before = await ctx.db.$count(mails);
    expect((await ask()).status).toBe(202);
    expect(await ctx.db.$count(mails)).toBe(before);
    expect(await ctx.db.$count(verifications, sql`identifier like 'reset-password:%'`)).toBe(0);
  });

  it('429: five links an hour for one address, whoever asks', async () => {
    const { call } = openDoor(ctx);
    const statuses = [];
    for (let i = 0; i < 6; i++)
      statuses.push((await call('POST', '/v1/auth/request-password-reset', { email })).status);
    expect(statuses).toEqual([202, 202, 202, 202, 202, 429]);
  });
});

describe('an address to verify', () => {
  it('signing up mails a link; a look at it changes nothing, its button verifies', async () => {
    const path = await linkTo(email, 'verify-address');
    for (let i = 0; i < 2; i++) expect(await (await page('GET', path)).text()).toContain('Adresimi doğrula');
    expect((await me()).user.emailVerified).toBe(false);
    expect(await (await page('POST', path, '')).text()).toContain('Adresiniz doğrulandı');
    expect((await me()).user.emailVerified).toBe(true);
    expect((await page('POST', path, '')).status).toBe(404);
  });

  it('202: another link on request, 204 by the API; none when it is verified; 401: nobody', async () => {
    const authorization = `Bearer ${token}`;
    const again = () => world.call('POST', '/v1/auth/send-verification-email', undefined, { authorization });
    await world.drain();
    await ctx.db.delete(sandboxMails);
    expect((await again()).status).toBe(202);
    const link = (await linkTo(email, 'verify-address')).split('/')[2];
    expect((await world.call('POST', '/v1/auth/verify-email', { token: link })).status).toBe(204);
    const before = await ctx.db.$count(mails);
    expect((await again()).status).toBe(202);
    expect(await ctx.db.$count(mails)).toBe(before);
    expect((await world.call('POST', '/v1/auth/send-verification-email')).status).toBe(401);
  });

  it('a sign-up that does not come about mails nothing', async () => {
    const before = await ctx.db.$count(mails);
    expect((await world.call('POST', '/v1/auth/sign-up/email', { email, password: PASSWORD, name: 'B' })).status).toBe(
      409,
    );
    expect(await ctx.db.$count(mails)).toBe(before);
  });
});

it('an invitation: a new consultant chooses a password by the link, without being told one', async () => {
  const invited = `${newId()}@example.com`;
  const body = { email: invited, name: 'Selin', password: 'told on the phone', role: 'consultant' };
  expect((await acme.call('POST', '/v1/organization/members', body, { 'accept-language': 'tr' })).status).toBe(201);
  const path = await linkTo(invited);
  const { data } = await (await world.call('GET', `/sandbox/mail?search=${invited}`)).json();
  expect(data[0].subject).toBe('acme sizi Ulak’a davet ediyor');
  clock.advance({ minutes: 6 * 1440 });
  expect((await page('POST', path, 'newPassword=my-own-password')).status).toBe(200);
  email = invited;
  expect((await signIn('my-own-password')).status).toBe(200);
  expect(await ctx.db.$count(sessions)).toBeGreaterThan(0);
});

it('404 page and problem: a link that is none', async () => {
  for (const link of ['x', '%00', 'a'.repeat(201), '..%2f'])
    for (const call of [page, world.call]) {
      expect((await call('GET', `/reset-password/${link}`)).status).toBe(404);
      expect((await call('POST', `/reset-password/${link}`)).status).toBe(404);
      expect((await call('GET', `/verify-address/${link}`)).status).toBe(404);
      expect((await call('POST', `/verify-address/${link}`)).status).toBe(404);
    }
});
