import { sql } from 'drizzle-orm';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { campaigns } from '#src/db/schema/campaigns.ts';
import { sendingIdentities } from '#src/db/schema/emails.ts';
import { checkDueIdentities } from '#src/emails/check-due-identities.ts';
import { requireIdentity } from '#src/emails/require-identity.ts';
import { newId } from '#src/platform/ids.ts';
import { startScriptedServer } from '#test/channels/email/scripted-smtp-server.ts';
import { createMember } from '#test/support/cast.ts';
import { createWorld } from '#test/support/world.ts';

// outside the sandbox, by the platform's own SMTP server
const world = await createWorld({ env: { SMTP_URL: 'smtp://mail.ulak.example.com:2525' } });
const { ctx, acme, globex, dns, clock } = world;
const consultant = await createMember(ctx, world.call, 'selin');
await ctx.db.execute(sql`
  update members set organization_id = ${acme.organizationId}, role = 'consultant' where user_id = ${consultant.userId}`);
await ctx.db.execute(sql`
  update sessions set active_organization_id = ${acme.organizationId} where user_id = ${consultant.userId}`);
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(async () => {
  dns.clear();
  dns.asked.length = 0;
  clock.set(new Date('2026-03-02T09:00:00Z'));
  await ctx.db.execute(sql`delete from campaigns`);
  await ctx.db.delete(sendingIdentities);
});

const PATH = '/v1/sending-identities';
const input = {
  fromName: 'Acme Çiçek',
  fromEmail: 'Haber@Acme.example.com',
  tradeName: 'Acme Çiçekçilik A.Ş.',
  contact: 'Bağdat Cad. 12, Kadıköy, İstanbul',
};
const add = async (more: object = {}, member = acme) => {
  const answer = await member.call('POST', PATH, { ...input, ...more });
  expect(answer.status).toBe(201);
  return answer.json();
};
const read = async (id: string) => (await acme.call('GET', `${PATH}/${id}`)).json();
const set = (identity: Awaited<ReturnType<typeof add>>, purposes: string[]) => {
  for (const { purpose, type, name, value } of identity.records)
    if (purposes.includes(purpose)) dns.set(type, name, [value]);
};

describe('POST /v1/sending-identities', () => {
  it('201: pending, with the records to set; its key and its server’s password are stored sealed and never shown', async () => {
    const smtpUrl = 'smtps://haber:gizli-parola@mail.acme.example.com:465?maxPerSecond=5';
    const made = await add({ smtpUrl, replyTo: 'bilgi@acme.example.com', warmUp: true });
    expect(made).toMatchObject({
      fromEmail: 'haber@acme.example.com',
      domain: 'acme.example.com',
      replyTo: 'bilgi@acme.example.com',
      carrier: 'smtp',
      ownServer: 'mail.acme.example.com:465',
      status: 'pending',
      warmUp: { since: '2026-03-02', dailyLimit: 200, sentToday: 0 },
      checkedAt: null,
    });
    expect(made.records.map(({ purpose, name, required }: never) => ({ purpose, name, required }))).toEqual([
      { purpose: 'dkim', name: expect.stringMatching(/^ulak\w{6}\._domainkey\.acme\.example\.com$/), required: true },
      { purpose: 'dmarc', name: '_dmarc.acme.example.com', required: true },
      { purpose: 'spf', name: 'acme.example.com', required: false },
    ]);
    expect(JSON.stringify(made)).not.toMatch(/gizli|PRIVATE|Sealed/i);
    const [row] = await ctx.db.select().from(sendingIdentities);
    expect(ctx.secrets.open(row!.smtpUrlSealed!)).toBe(smtpUrl);
    expect(ctx.secrets.open(row!.dkimKeySealed)).toMatch(/^-----BEGIN PRIVATE KEY-----/);
    const [stored] = await ctx.db.execute<{ all: string }>(sql`
      select (select json_agg(a)::text from activities a) || (select json_agg(i)::text from sending_identities i) as all`);
    expect(stored!.all).not.toMatch(/gizli|BEGIN PRIVATE/);
  });

  it('a second address of the domain needs no second key; another organization gets a key of its own', async () => {
    const [first, second, theirs] = [
      await add(),
      await add({ fromEmail: 'satis@acme.example.com' }),
      await add({}, globex),
    ];
    expect(second.records[0]).toEqual(first.records[0]);
    expect(theirs.records[0].value).not.toBe(first.records[0].value);
    expect(theirs.records[0].name).not.toBe(first.records[0].name);
  });

  it('409: an address that is there already; of five at once one is made; deleted, it may come again', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => acme.call('POST', PATH, input)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
    const [{ id }] = (await (await acme.call('GET', PATH)).json()).data;
    expect((await acme.call('DELETE', `${PATH}/${id}`)).status).toBe(204);
    await add();
  });

  it.each([
    ['no address', { fromEmail: 'acme' }, 'fromEmail'],
    ['a line break in a name', { fromName: 'Acme\r\nBcc: everybody@example.com' }, 'fromName'],
    ['an empty trade name', { tradeName: '  ' }, 'tradeName'],
    ['no server', { smtpUrl: 'https://mail.acme.example.com' }, 'smtpUrl'],
    ['nonsense for a server', { smtpUrl: 'smtp://' }, 'smtpUrl'],
    ['a broken password', { smtpUrl: 'smtp://a:%zz@mail.example.com' }, 'smtpUrl'],
    ['no address to answer to', { replyTo: 'x' }, 'replyTo'],
    ['an unknown field', { dkimKey: 'x' }, 'dkimKey'],
  ])('400: %s, at its path, in both languages, and nothing is saved', async (_, wrong, path) => {
    for (const language of ['tr', 'en']) {
      const answer = await acme.call('POST', PATH, { ...input, ...wrong }, { 'accept-language': language });
      expect(answer.status).toBe(400);
      const { errors } = await answer.json();
      expect(errors[0].path).toBe(path);
      expect(JSON.stringify(errors)).not.toContain('%zz');
    }
    expect(await ctx.db.$count(sendingIdentities)).toBe(0);
  });

  it('403: only the owner, signed in himself; 401: nobody', async () => {
    const { id } = await add();
    for (const [method, path, body] of [
      ['POST', PATH, { ...input, fromEmail: 'b@acme.example.com' }],
      ['PATCH', `${PATH}/${id}`, { fromName: 'Kötü' }],
      ['DELETE', `${PATH}/${id}`, undefined],
      ['POST', `${PATH}/${id}/check`, undefined],
    ] as const) {
      expect((await consultant.call(method, path, body)).status).toBe(403);
      expect((await world.call(method, path, body)).status).toBe(401);
    }
    expect((await consultant.call('GET', `${PATH}/${id}`)).status).toBe(200);
  });

  it('404: another organization’s, whatever is asked', async () => {
    const { id } = await add();
    const foreign = `${PATH}/${id}`;
    expect((await globex.call('GET', foreign)).status).toBe(404);
    expect((await globex.call('PATCH', foreign, { fromName: 'x' })).status).toBe(404);
    expect((await globex.call('DELETE', foreign)).status).toBe(404);
    expect((await globex.call('POST', `${foreign}/check`)).status).toBe(404);
    expect((await (await globex.call('GET', PATH)).json()).data).toEqual([]);
    expect(dns.asked).toEqual([]);
  });
});

describe('an identity’s records', () => {
  it('are looked for at once and every few minutes: verified when key and policy are there; who may send from it', async () => {
    const identity = await add();
    await world.drain();
    expect(await read(identity.id)).toMatchObject({ status: 'pending', statusReason: 'records-missing' });
    await expect(requireIdentity(acme.ctx, identity.id)).rejects.toMatchObject({ code: 'identity-not-verified' });
    set(identity, ['dkim']);
    clock.advance({ minutes: 5 });
    await checkDueIdentities(ctx);
    const half = await read(identity.id);
    expect(half).toMatchObject({ status: 'pending', verifiedAt: null, checkedAt: '2026-03-02T09:05:00.000Z' });
    expect(half.records.map(({ ok }: { ok: boolean }) => ok)).toEqual([true, false, false]);
    set(identity, ['dmarc']);
    clock.advance({ minutes: 5 });
    await checkDueIdentities(ctx);
    expect(await read(identity.id)).toMatchObject({
      status: 'verified',
      statusReason: null,
      verifiedAt: '2026-03-02T09:10:00.000Z',
    });
    expect((await requireIdentity(acme.ctx, undefined)).id).toBe(identity.id);
    const asked = dns.asked.length;
    clock.advance({ minutes: 60 * 23 });
    await checkDueIdentities(ctx);
    expect(dns.asked).toHaveLength(asked);
    const live = await ctx.db.execute(sql`select data from live_events where type = 'sending-identity.status'`);
    expect(live).toEqual([{ data: { id: identity.id, status: 'verified', statusReason: null } }]);
  });

  it('a key that is gone later is a warning, what nobody could say changes nothing, and others’ words are kept short', async () => {
    const identity = await add();
    set(identity, ['dkim', 'dmarc']);
    dns.set('TXT', 'acme.example.com', ['v=spf1 -all', 'x'.repeat(5_000), 'a\0b']);
    await world.drain();
    const { records } = await read(identity.id);
    expect(records[2]).toMatchObject({ ok: true, found: ['v=spf1 -all', 'x'.repeat(1_000), 'ab'] });
    for (const { type, name } of identity.records) dns.set(type, name, null);
    clock.advance({ minutes: 1441 });
    await checkDueIdentities(ctx);
    expect(await read(identity.id)).toMatchObject({ status: 'verified', statusReason: null, records });
    dns.clear();
    clock.advance({ minutes: 1441 });
    await checkDueIdentities(ctx);
    expect(await read(identity.id)).toMatchObject({ status: 'verified', statusReason: 'records-missing' });
  });

  it('a key in several strings or with blanks counts; another key, or two policies, do not', async () => {
    const identity = await add();
    const [dkim, , spf] = identity.records;
    const check = async () => {
      clock.advance({ minutes: 1 });
      return (await (await acme.call('POST', `${PATH}/${identity.id}/check`)).json()).records;
    };
    dns.set('TXT', dkim.name, ['v=DKIM1; k=rsa; p=AAAA']);
    dns.set('TXT', spf.name, ['v=spf1 -all', 'v=spf1 mx -all']);
    expect((await check()).map(({ ok }: { ok: boolean }) => ok)).toEqual([false, false, false]);
    dns.set('TXT', dkim.name, [dkim.value.replace('; ', ' ;\t').replaceAll(/.{60}/g, '$& ')]);
    dns.set('TXT', '_dmarc.acme.example.com', ['v=DMARC1;p=reject; rua=mailto:x@acme.example.com']);
    dns.set('TXT', spf.name, ['V=SPF1 include:other.example -all']);
    expect((await check()).map(({ ok }: { ok: boolean }) => ok)).toEqual([true, true, true]);
  });

  it('POST …/check asks now, but not twice within seconds', async () => {
    const { id } = await add();
    expect((await acme.call('POST', `${PATH}/${id}/check`)).status).toBe(200);
    const asked = dns.asked.length;
    expect(asked).toBe(3);
    await acme.call('POST', `${PATH}/${id}/check`);
    expect(dns.asked).toHaveLength(asked);
  });
});

describe('an identity’s own server', () => {
  it('has to let us in besides: a refused password is told as such, nothing is sent to find out', async () => {
    await using server = await startScriptedServer({ login: { user: 'haber', pass: 'dogru' } });
    const at = (pass: string) => server.url.replace('//', `//haber:${pass}@`);
    const identity = await add({ smtpUrl: at('yanlis') });
    set(identity, ['dkim', 'dmarc']);
    await world.drain();
    expect(await read(identity.id)).toMatchObject({ status: 'pending', statusReason: 'carrier-unavailable' });
    expect((await acme.call('PATCH', `${PATH}/${identity.id}`, { smtpUrl: at('dogru') })).status).toBe(200);
    await world.drain();
    expect(await read(identity.id)).toMatchObject({ status: 'verified', statusReason: null });
    expect(server.taken).toEqual([]);
    await expect.poll(() => server.open()).toBe(0);
  });

  it('PATCH: back to the platform’s server is pending again; words change at once and stay verified; null clears', async () => {
    const identity = await add({ smtpUrl: 'smtp://mail.acme.example.com', replyTo: 'x@acme.example.com' });
    await ctx.db.update(sendingIdentities).set({ status: 'verified' });
    const change = { fromName: 'Yeni Ad', tradeName: 'Yeni A.Ş.', contact: 'Ankara', replyTo: null, warmUp: true };
    const changed = await (await acme.call('PATCH', `${PATH}/${identity.id}`, change)).json();
    expect(changed).toMatchObject({
      ...change,
      status: 'verified',
      ownServer: 'mail.acme.example.com:587',
      warmUp: { since: '2026-03-02' },
    });
    clock.advance({ minutes: 1441 });
    const again = await (await acme.call('PATCH', `${PATH}/${identity.id}`, { warmUp: true, smtpUrl: null })).json();
    expect(again).toMatchObject({ status: 'pending', ownServer: null, warmUp: { since: '2026-03-02' } });
    expect((await acme.call('PATCH', `${PATH}/${identity.id}`, { fromEmail: 'x@y.example.com' })).status).toBe(400);
  });
});

it('DELETE: 409 while a campaign that has not ended sends from it; gone from lists then, and its campaigns keep it', async () => {
  const { id } = await add();
  const campaign = newId();
  await ctx.db.insert(campaigns).values({
    id: campaign,
    organizationId: acme.organizationId,
    userId: acme.userId,
    channel: 'email',
    name: 'Bahar',
    status: 'paused',
    plan: [],
    messagesPerRecipient: 1,
    audience: {},
    identityId: id,
    startAt: clock.now(),
  });
  expect((await acme.call('DELETE', `${PATH}/${id}`)).status).toBe(409);
  expect((await acme.call('GET', `${PATH}/${id}`)).status).toBe(200);
  await ctx.db.update(campaigns).set({ status: 'cancelled' });
  expect((await acme.call('DELETE', `${PATH}/${id}`)).status).toBe(204);
  expect((await acme.call('GET', `${PATH}/${id}`)).status).toBe(404);
  expect((await acme.call('DELETE', `${PATH}/${id}`)).status).toBe(404);
  await expect(requireIdentity(acme.ctx, id)).rejects.toMatchObject({ code: 'invalid-request' });
  await world.drain();
  expect(dns.asked).toEqual([]);
});
