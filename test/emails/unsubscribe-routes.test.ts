import { hash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, describe, expect, it } from 'vitest';
import { deleteCustomer } from '#src/customers/delete-customer.ts';
import { fenceRecipients } from '#src/emails/fence-recipients.ts';
import { findUnsubscriber } from '#src/emails/find-unsubscriber.ts';
import { leaseBatch } from '#src/emails/lease-batch.ts';
import { sendBatch } from '#src/emails/send-batch.ts';
import { unsubscribe } from '#src/emails/unsubscribe.ts';
import { newId } from '#src/platform/ids.ts';
import { barOf, heldBy, historyOf, states, withdraw } from '#test/customers/consenting.ts';
import { createWorld } from '#test/support/world.ts';
import { markSent, type Recipient, rowOf, stageMailing, unsubscribeToken } from './link-scene.ts';
import { createAddressees } from './mailing-scene.ts';

const world = await createWorld();
afterAll(() => world[Symbol.asyncDispose]());
const { acme } = world;
const scene = await stageMailing(world, 22);
await markSent(world, scene.id, 10);
let next = 0;
const someone = (): Recipient => scene.recipients[next++]!;
const html = { accept: 'text/html,*/*;q=0.8', 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' };
const oneClick = { 'content-type': 'application/x-www-form-urlencoded' };
const get = (who: Recipient, headers: Record<string, string> = html) =>
  world.call('GET', `/u/${unsubscribeToken(world, who)}`, undefined, headers);
const post = (who: Recipient, headers: Record<string, string> = oneClick, body = 'List-Unsubscribe=One-Click') =>
  world.call('POST', `/u/${unsubscribeToken(world, who)}`, body, headers);
const undo = (who: Recipient) =>
  world.call('POST', `/u/${unsubscribeToken(world, who)}/undo`, '', { ...oneClick, ...html });
const barOfPerson = ({ customerId, address }: Recipient) => barOf(acme.ctx, customerId, address);

describe('POST /u/{token}', () => {
  it('200: ends the consent at once, closes the address, and keeps the evidence', async () => {
    const who = someone();
    const response = await post(who);
    expect([response.status, await response.text()]).toEqual([200, 'E-posta aboneliğiniz sonlandırıldı\n']);
    expect(await barOfPerson(who)).toBe('unsubscribed');
    expect(await states(acme, who.customerId)).toEqual(['given form', 'withdrawn unsubscribe']);
    expect((await historyOf(acme, who.customerId)).at(-1)).toMatchObject({
      actorType: 'customer',
      evidence: { by: 'link', method: 'POST', campaignId: scene.id, recipientId: who.id },
    });
    expect((await rowOf(world, who.id))['unsubscribed_at']).not.toBeNull();
    const [told] = await world.ctx.db.execute(
      sql`select verb from activities where details ->> 'customerId' = ${who.customerId}`,
    );
    expect(told).toEqual({ verb: 'customers.email-unsubscribe' });
  });

  it('F66: 200: whatever the body is, in the first minutes and from a machine; ten at once are one', async () => {
    const who = someone();
    const machine = { 'user-agent': 'curl/8', accept: '*/*' };
    const answers = await Promise.all([
      ...Array.from({ length: 7 }, () => post(who)),
      post(who, { ...machine, 'content-type': 'multipart/form-data; boundary=x' }, '--x--'),
      post(who, machine, ''),
      post(who, { ...machine, 'content-type': 'application/json' }, '{'),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(await states(acme, who.customerId)).toEqual(['given form', 'withdrawn unsubscribe']);
  });

  it('keeps the address it came from', async () => {
    const who = someone();
    const found = (await findUnsubscriber(world.ctx, unsubscribeToken(world, who)))!;
    await unsubscribe(world.ctx, found, { method: 'POST', address: '203.0.113.5', userAgent: 'x'.repeat(9999) });
    const last = (await historyOf(acme, who.customerId)).at(-1)!;
    expect(last).toMatchObject({ ip: '203.0.113.5', evidence: { userAgent: 'x'.repeat(300) } });
  });
});

describe('GET /u/{token}', () => {
  it('200: ends the consent and shows a page in the language of the mail, with a way back', async () => {
    const who = someone();
    const response = await world.call(
      'GET',
      `/u/${unsubscribeToken(world, who, 'en')}?utm_source=x&a=1&a=2`,
      undefined,
      html,
    );
    const page = await response.text();
    expect(response.status).toBe(200);
    expect(page).toContain('<html lang="en">');
    expect(page).toContain('You are unsubscribed');
    expect(page).toMatch(/<form method="post" action="\/u\/[\w-]+\/undo"><button/);
    expect(await barOfPerson(who)).toBe('unsubscribed');
    expect(await (await get(who)).text()).toContain('<h1>E-posta aboneliğiniz sonlandırıldı</h1>');
    expect(await states(acme, who.customerId)).toEqual(['given form', 'withdrawn unsubscribe']);
  });

  it('runs no script, loads nothing, tells nobody its address, escapes the sender', async () => {
    await world.ctx.db.execute(
      sql`update organizations set name = '<b>Acme & Oğulları</b>' where id = ${acme.organizationId}`,
    );
    const response = await get(someone());
    const page = await response.text();
    expect(page).toContain('&lt;b&gt;Acme &amp; Oğulları&lt;/b&gt; size artık');
    expect(page).not.toMatch(/<script|<link|<img|\son\w+=|src=/i);
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)![1]!;
    const policy = response.headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`'sha256-${hash('sha256', style, 'base64')}'`);
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('in the first five minutes after the mail: asks for one press, which ends it', async () => {
    const fresh = await stageMailing(world, 1);
    await markSent(world, fresh.id, 4);
    const [who] = fresh.recipients as [Recipient];
    const page = await (await get(who)).text();
    expect(page).toContain('<h1>E-posta aboneliğinden çıkın</h1>');
    expect(page).toMatch(/<form method="post" action="\/u\/[\w-]+"><button>Abonelikten çık/);
    expect(await barOfPerson(who)).toBeNull();
    expect(await (await post(who, { ...oneClick, ...html }, '')).text()).toContain('Yanlışlıkla oldu');
    expect(await barOfPerson(who)).toBe('unsubscribed');
    expect(await (await get(who)).text()).toContain('<h1>E-posta aboneliğiniz sonlandırıldı</h1>');
  });

  it('F66: changes nothing for a HEAD, a prefetch or a scanner, however late', async () => {
    const who = someone();
    const head = await world.call('HEAD', `/u/${unsubscribeToken(world, who)}`, undefined, html);
    expect([head.status, await head.text()]).toEqual([200, '']);
    const machines: Record<string, string>[] = [
      { 'sec-purpose': 'prefetch;prerender' },
      { purpose: 'prefetch' },
      { 'x-moz': 'prefetch' },
      { 'user-agent': 'Mozilla/5.0 (compatible; Barracuda Sentinel)' },
      { 'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1)' },
      { 'user-agent': 'Mozilla/5.0' },
    ];
    for (const headers of machines)
      expect(await (await get(who, { ...html, ...headers })).text()).toContain('Abonelikten çık</button>');
    expect(await barOfPerson(who)).toBeNull();
    await get(who, { 'user-agent': 'Mozilla/5.0 (Linux; Android 14; CUBOT P80) Chrome/140.0' });
    expect(await barOfPerson(who)).toBe('unsubscribed');
  });

  it('404: forged, cut short, of another kind, or of nobody; a page for people', async () => {
    const token = unsubscribeToken(world, someone());
    const at = token.length - 9;
    const forged = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
    for (const wrong of [forged, `${token}x`, token.slice(0, -1), 'nonsense', '%00', 'a'.repeat(5000)]) {
      for (const [method, path] of [
        ['GET', `/u/${wrong}`],
        ['POST', `/u/${wrong}`],
        ['POST', `/u/${wrong}/undo`],
      ] as const) {
        expect((await world.call(method, path)).status).toBe(404);
        expect((await world.call(method, path, undefined, html)).status).toBe(404);
      }
    }
    const page = await world.call('GET', '/u/nonsense', undefined, { ...html, 'accept-language': 'tr' });
    expect(await page.text()).toContain('<h1>Bu bağlantı geçerli değil</h1>');
    const sample = await world.call('GET', '/u/sample', undefined, html);
    expect([sample.status, (await sample.text()).includes('Nobody was unsubscribed')]).toEqual([200, true]);
    expect((await world.call('POST', '/u/sample', undefined, html)).status).toBe(200);
  });
});

it('429: the same link again and again, by whomever; another one goes through', async () => {
  const [who, other] = [someone(), someone()];
  const answers: number[] = [];
  for (let i = 0; i < 31; i++) answers.push((await get(who, { 'sec-purpose': 'prefetch' })).status);
  expect(answers).toEqual([...Array(30).fill(200), 429]);
  expect((await get(who)).headers.get('retry-after')).toMatch(/^\d+$/);
  expect((await post(who)).status).toBe(200);
  expect((await post(other)).status).toBe(200);
});

describe('POST /u/{token}/undo', () => {
  it('200: the consent holds again, and again after a second press; another unsubscribe ends it anew', async () => {
    const who = someone();
    await get(who);
    for (let i = 0; i < 2; i++) {
      const page = await (await undo(who)).text();
      expect(page).toContain('<h1>Aboneliğiniz sürüyor</h1>');
      expect(await barOfPerson(who)).toBeNull();
    }
    expect((await heldBy(acme, who.customerId)).email).not.toBeNull();
    expect((await rowOf(world, who.id))['unsubscribed_at']).toBeNull();
    await post(who);
    expect(await states(acme, who.customerId)).toEqual([
      'given form',
      'withdrawn unsubscribe',
      'given unsubscribe-undo',
      'withdrawn unsubscribe',
    ]);
  });

  it('opens nothing that a complaint closed, or an unsubscribe of yesterday', async () => {
    const [complained, late] = [someone(), someone()];
    await withdraw(acme, { id: complained.customerId, email: complained.address }, { reason: 'complaint' });
    expect(await (await get(complained)).text()).not.toContain('<form');
    expect(await (await undo(complained)).text()).toContain('<h1>Bu işlem artık geri alınamaz</h1>');
    expect(await barOfPerson(complained)).toBe('unsubscribed');
    await get(late);
    world.clock.advance({ hours: 25 });
    expect(await (await get(late)).text()).not.toContain('<form');
    await undo(late);
    expect(await barOfPerson(late)).toBe('unsubscribed');
  });
});

describe('for good', () => {
  it('a mail whose batch is taken already is not sent after it', async () => {
    const { mailing, carrier, recipients } = await stageMailing(world, 6);
    const lease = (await leaseBatch(world.ctx, newId()))!;
    const begun = await fenceRecipients(world.ctx, lease, 2);
    expect(begun.addressees).toHaveLength(2);
    const [first, , third, fourth] = recipients as [Recipient, Recipient, Recipient, Recipient];
    for (const who of [first, third]) await post(who);
    await get(fourth);
    await sendBatch(world.ctx, mailing, lease, new AbortController().signal);
    expect(new Set(carrier.sent.map(({ to }) => to))).toEqual(
      new Set(recipients.slice(4).map(({ address }) => address)),
    );
    expect(await rowOf(world, third.id)).toMatchObject({ status: 'skipped', status_reason: 'unsubscribed' });
    expect(await barOfPerson(fourth)).toBe('unsubscribed');
  });

  it('holds for whoever gets the address later, and needs neither campaign nor customer nor organization', async () => {
    const { id, recipients, prefix } = await stageMailing(world, 3);
    await markSent(world, id, 60);
    const [erased, orphan, both] = recipients as [Recipient, Recipient, Recipient];
    await deleteCustomer(acme.ctx, erased.customerId);
    await deleteCustomer(acme.ctx, both.customerId);
    expect((await get(erased)).status).toBe(200);
    await world.ctx.db.execute(sql`delete from campaigns where id = ${id}`);
    for (const who of [orphan, both]) expect((await post(who)).status).toBe(200);
    expect(await barOfPerson(orphan)).toBe('unsubscribed');
    expect(await states(acme, orphan.customerId)).toEqual(['given form', 'withdrawn unsubscribe']);
    await createAddressees(world, acme, 3, prefix);
    for (const { address } of recipients) {
      const [again] = await world.ctx.db.execute<{ id: string }>(
        sql`select id from customers where email = ${address} and deleted_at is null order by id desc limit 1`,
      );
      expect(await barOf(acme.ctx, again!.id, address)).toBe('unsubscribed');
    }
    const gone = { ...orphan, id: newId() };
    const elsewhere = { ...world, acme: { ...acme, organizationId: newId() } };
    const page = await world.call('GET', `/u/${unsubscribeToken(elsewhere, gone)}`, undefined, html);
    expect([page.status, (await page.text()).includes('Bu gönderen artık yok')]).toEqual([200, true]);
  });
});
