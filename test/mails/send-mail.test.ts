import { sql } from 'drizzle-orm';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { RawMail } from '#src/channels/email/carrier.ts';
import { type MailOutcome, rejected, unavailable, unknown } from '#src/channels/email/mail-outcome.ts';
import { inTransaction } from '#src/context.ts';
import { mailKinds, mails } from '#src/db/schema/emails.ts';
import { createMailRenderer } from '#src/mails/create-mail-renderer.ts';
import { purgeMails } from '#src/mails/purge-mails.ts';
import { queueMail } from '#src/mails/queue-mail.ts';
import { sendMail } from '#src/mails/send-mail.ts';
import { createWorld } from '#test/support/world.ts';

const world = await createWorld();
const { clock } = world;
const sent: RawMail[] = [];
let answer: () => MailOutcome | Promise<MailOutcome>;
const own = {
  ...world.ctx.carriers.own,
  send: async (mail: RawMail) => {
    sent.push(mail);
    return answer();
  },
};
const ctx = { ...world.ctx, carriers: { ...world.ctx.carriers, own } };
const render = createMailRenderer();
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(async () => {
  sent.length = 0;
  answer = () => ({ kind: 'accepted', value: { providerMessageId: 'x' } });
  clock.set(new Date('2026-03-02T09:00:00Z'));
  await ctx.db.delete(mails);
});

const url = 'https://ulak.example.com/reset-password/secret-token';
const reset = () =>
  queueMail(ctx, {
    kind: 'reset-password',
    organizationId: world.acme.organizationId,
    language: 'tr',
    address: 'ayse@example.com',
    data: { name: 'Ayşe', url },
  });
const send = (id: string) => sendMail(ctx, render, id);
const stored = async () => (await ctx.db.select().from(mails))[0]!;

describe('a mail of the system', () => {
  it('goes out once its transaction has committed, and only then; what it says is sealed, and forgotten when sent', async () => {
    const undone = inTransaction(ctx, async (ctx) => {
      await queueMail(ctx, {
        kind: 'credits-low',
        organizationId: null,
        language: 'en',
        address: 'a@example.com',
        data: { name: 'A', credits: 1 },
      });
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    await reset();
    expect(JSON.stringify(await stored())).not.toContain('secret-token');
    await world.drain();
    expect(await stored()).toMatchObject({ status: 'sent', attempts: 1, data: {}, sentAt: clock.now() });
    const { data } = await (await world.call('GET', '/sandbox/mail')).json();
    expect(data).toMatchObject([{ subject: 'Parolanızı sıfırlayın', recipients: ['ayse@example.com'] }]);
    const { text } = await (await world.call('GET', `/sandbox/mail/${data[0].id}`)).json();
    expect(text).toContain(url);
  });

  it('is sent once, though its job runs twice at once or again', async () => {
    const id = await reset();
    await Promise.all([send(id), send(id)]);
    await send(id);
    expect(sent).toHaveLength(1);
  });

  it('a worker lost in between: unknown, never sent again', async () => {
    const id = await reset();
    await ctx.db.execute(sql`update mails set status = 'sending'`);
    await send(id);
    expect(await stored()).toMatchObject({ status: 'unknown', statusReason: 'worker-lost' });
    expect(sent).toEqual([]);
  });

  it.each<[string, MailOutcome, object]>([
    ['no such mailbox', rejected('invalid-address', '550'), { status: 'failed', statusReason: 'invalid-address' }],
    ['nobody can tell', unknown('timeout', 'no answer'), { status: 'unknown', statusReason: 'timeout' }],
  ])('%s: at its end, and no link of it is kept', async (_, outcome, wanted) => {
    answer = () => outcome;
    await send(await reset());
    expect(await stored()).toMatchObject({ ...wanted, data: {} });
  });

  it('not taken for now: later, with growing patience, the same Message-ID, then failed', async () => {
    answer = () => unavailable('throttled', '454');
    const id = await reset();
    for (let attempts = 1; attempts <= 6; attempts++) {
      await send(id);
      expect(await stored()).toMatchObject({ status: 'queued', statusReason: 'throttled', attempts });
    }
    await send(id);
    expect(await stored()).toMatchObject({ status: 'failed', attempts: 7, data: {} });
    expect(new Set(sent.map(({ messageId }) => messageId)).size).toBe(1);
    const waits = await ctx.db.execute<{ minutes: number }>(sql`
      select extract(epoch from start_after - ${clock.now().toISOString()}::timestamptz)::int / 60 as minutes
      from pgboss.job where name = 'mails.send' and data ->> 'mailId' = ${id} and start_after > ${clock.now().toISOString()}::timestamptz
        and start_after < ${clock.now().toISOString()}::timestamptz + interval '13 hours' order by 1`);
    expect(waits.map(({ minutes }) => minutes)).toEqual([1, 5, 15, 60, 180, 720]);
  });

  it('is forgotten after a month', async () => {
    await reset();
    clock.advance({ minutes: 29 * 1440 });
    await purgeMails(ctx);
    expect(await ctx.db.$count(mails)).toBe(1);
    clock.advance({ minutes: 2 * 1440 });
    await purgeMails(ctx);
    expect(await ctx.db.$count(mails)).toBe(0);
  });
});

describe('GET /sandbox/mails', () => {
  it('200: every mail in both languages to look at, running nothing; 404: one there is not', async () => {
    const page = await world.call('GET', '/sandbox/mails');
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    const paths = [...(await page.text()).matchAll(/href="([^"]+)"/g)].map(([, path]) => path!);
    expect(paths.filter((path) => path.startsWith('/sandbox/mails/'))).toHaveLength(2 * mailKinds.length);
    for (const path of paths) expect((await world.call('GET', path)).status).toBe(200);
    expect(await (await world.call('GET', '/sandbox/mails/invitation/tr')).text()).toContain('Çınar &amp; Şahin Ltd.');
    expect((await world.call('GET', '/sandbox/mails/nonsense/tr')).status).toBe(404);
  });

  it('404: outside the sandbox', async () => {
    await using real = await createWorld({ env: { SMTP_URL: 'smtp://mail.example.com' } });
    expect((await real.call('GET', '/sandbox/mails')).status).toBe(404);
    expect((await real.call('GET', '/sandbox/mails/invitation/tr')).status).toBe(404);
  });
});
