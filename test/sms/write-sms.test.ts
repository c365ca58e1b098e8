import { sql } from 'drizzle-orm';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { actFor, inTransaction } from '#src/context.ts';
import { proveLedger } from '#src/credits/prove-ledger.ts';
import { smsMessages } from '#src/db/schema/sms.ts';
import { newId } from '#src/platform/ids.ts';
import { cancelSms } from '#src/sms/cancel-sms.ts';
import { followSms } from '#src/sms/follow-sms.ts';
import { queueSms } from '#src/sms/queue-sms.ts';
import { createWorld } from '#test/support/world.ts';
import { AYSE, CEREN, createSmsScene } from './sms-scene.ts';

const scene = await createSmsScene();
afterAll(() => scene[Symbol.asyncDispose]());
const { ctx, acme, globex, clock, customers, row, taken, balance, write, minutes, phoneOf } = scene;
beforeEach(() => scene.drain());

describe('POST /v1/sms', () => {
  it('201: held, sent once, paid for in a line of its own, delivered when the carrier says so; the customer counts as contacted', async () => {
    const before = await balance();
    const answer = await acme.call('POST', '/v1/sms', {
      customerId: customers.ayse,
      text: 'Randevunuz “yarın” 21:00’de',
    });
    expect(answer.status).toBe(201);
    const sms = await answer.json();
    expect(sms).toMatchObject({
      status: 'queued',
      phone: AYSE,
      customerId: customers.ayse,
      text: 'Randevunuz "yarın" 21:00\'de',
      encoding: 'gsm7-turkish',
      segments: 1,
      credits: 1,
      carrier: null,
    });
    expect(await balance()).toEqual({ current: before.current, held: before.held + 1 });
    await scene.drain();
    expect(await taken(AYSE)).toHaveLength(1);
    expect(await (await acme.call('GET', `/v1/sms/${sms.id}`)).json()).toMatchObject({
      status: 'sent',
      carrier: 'sandbox',
    });
    expect(await balance()).toEqual({ current: before.current - 1, held: before.held });
    const { data: lines } = await (await acme.call('GET', '/v1/credits/transactions')).json();
    expect(lines[0]).toMatchObject({ type: 'message', amount: -1, smsId: sms.id, messageId: null });
    minutes(1);
    await followSms(ctx);
    expect(await row(sms.id)).toMatchObject({ status: 'delivered', reconcileAt: null });
    const { lastContactedAt } = await (await acme.call('GET', `/v1/customers/${customers.ayse}`)).json();
    expect(lastContactedAt).not.toBeNull();
    const events = await ctx.db.execute<{ status: string }>(
      sql`select data ->> 'status' as status from live_events where type = 'sms.status-changed' and data ->> 'id' = ${sms.id} order by id`,
    );
    expect(events.map(({ status }) => status)).toEqual(['queued', 'sent', 'delivered']);
  });

  it('402: saves and holds nothing when the credits do not suffice for all of its segments', async () => {
    await using poor = await createWorld({ env: { SMS_CREDITS_PER_SEGMENT: '600' } });
    const answer = await poor.acme.call('POST', '/v1/sms', { phone: AYSE, text: 'ş'.repeat(100) });
    expect(answer.status).toBe(402);
    expect(await answer.json()).toMatchObject({ required: 1200, available: 1000 });
    expect(await poor.ctx.db.select().from(smsMessages)).toEqual([]);
    const [one, two] = await Promise.all(
      [1, 2].map(() => poor.acme.call('POST', '/v1/sms', { phone: AYSE, text: 'bir' })),
    );
    expect([one!.status, two!.status].sort()).toEqual([201, 402]);
    await poor.drain();
    expect((await (await poor.acme.call('GET', '/v1/credits')).json()).currentCredit).toBe(400);
    expect(await proveLedger(poor.ctx)).toEqual([]);
  });

  it('409: not to the blacklist; 400: no such phone, no text, too long, both or neither of customer and phone', async () => {
    const send = async (body: object) => (await acme.call('POST', '/v1/sms', body)).status;
    expect(await send({ customerId: customers.ceren, text: 'x' })).toBe(409);
    expect(await send({ phone: CEREN, text: 'x' })).toBe(409);
    expect(await send({ phone: '0212 111 22 33', text: 'x' })).toBe(400);
    expect(await send({ phone: AYSE, text: ' \n ' })).toBe(400);
    expect(await send({ phone: AYSE, text: 'a'.repeat(153 * 6 + 1) })).toBe(400);
    expect(await send({ phone: AYSE, text: 'a'.repeat(153 * 6) })).toBe(201);
    expect(await send({ text: 'x' })).toBe(400);
    expect(await send({ phone: AYSE, customerId: customers.ayse, text: 'x' })).toBe(400);
    expect(await send({ customerId: newId(), text: 'x' })).toBe(400);
  });

  it('another organization sees nothing of it: 404, an empty list, no customer of theirs', async () => {
    const id = await write(phoneOf('7001'));
    expect((await globex.call('GET', `/v1/sms/${id}`)).status).toBe(404);
    expect((await (await globex.call('GET', '/v1/sms')).json()).data).toEqual([]);
    expect((await globex.call('POST', '/v1/sms', { customerId: customers.ayse, text: 'x' })).status).toBe(400);
  });

  it('lists by status, purpose, phone, customer and what it is about, in pages that cannot shift', async () => {
    const about = newId();
    const phone = phoneOf('7002');
    for (const text of ['1', '2', '3'])
      await queueSms(acme.ctx, { phone, text, purpose: 'reminder', reference: { type: 'appointment', id: about } });
    const list = async (query: string) => (await acme.call('GET', `/v1/sms?${query}`)).json();
    const first = await list(`referenceId=${about}&limit=2`);
    expect(first.data.map(({ text }: { text: string }) => text)).toEqual(['3', '2']);
    await write(phone);
    const second = await list(`referenceId=${about}&limit=2&cursor=${first.nextCursor}`);
    expect(second.data.map(({ text }: { text: string }) => text)).toEqual(['1']);
    expect(second.nextCursor).toBeNull();
    expect((await list(`phone=${encodeURIComponent(phone.replace('+90', '0'))}&purpose=reminder`)).data).toHaveLength(
      3,
    );
    expect((await list(`status=queued&phone=${encodeURIComponent(phone)}`)).data).toHaveLength(4);
    expect((await list(`customerId=${newId()}`)).data).toEqual([]);
  });

  it('preview: counts and prices what is not sent', async () => {
    const answer = await acme.call('POST', '/v1/sms/preview', { text: `Şimdi ${'a'.repeat(60)} 🎉` });
    expect(await answer.json()).toMatchObject({
      encoding: 'ucs2',
      segments: 1,
      credits: 1,
      costly: ['🎉'],
      sendable: true,
    });
  });
});

describe('queueSms', () => {
  it('skips and says why: blacklist, not in time, no text; holds nothing, throws nothing', async () => {
    const before = await balance();
    const queue = (more: object) => queueSms(acme.ctx, { phone: AYSE, text: 'x', purpose: 'reminder', ...more });
    expect(await queue({ phone: CEREN })).toMatchObject({ status: 'skipped', reason: 'blacklisted' });
    expect(await queue({ customerId: customers.ceren })).toMatchObject({ status: 'skipped', reason: 'blacklisted' });
    expect(await queue({ notAfter: clock.now() })).toMatchObject({ status: 'skipped', reason: 'too-late' });
    expect(await queue({ text: '' })).toMatchObject({ status: 'skipped', reason: 'empty' });
    expect(await queue({ customerId: customers.burak })).toMatchObject({ status: 'skipped', reason: 'phone-changed' });
    expect(await queue({ customerId: newId() })).toMatchObject({ status: 'skipped', reason: 'customer-deleted' });
    expect(await balance()).toEqual(before);
  });

  it('writes to any phone of the customer’s, not only to the first', async () => {
    const phone = phoneOf('7003');
    await ctx.db.execute(sql`
      insert into customer_addresses (organization_id, customer_id, kind, address)
      values (${acme.organizationId}, ${customers.burak}, 'phone', ${phone})`);
    const queued = await queueSms(acme.ctx, { customerId: customers.burak, phone, text: 'x', purpose: 'reminder' });
    expect(queued.status).toBe('queued');
  });

  it('stands or falls with the transaction around it', async () => {
    const phone = phoneOf('7004');
    const failing = inTransaction(acme.ctx, async (ctx) => {
      await queueSms(ctx, { phone, text: 'x', purpose: 'notice' });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await scene.drain();
    expect(await taken(phone)).toEqual([]);
  });

  it('what is taken back in time is not sent and costs nothing', async () => {
    const reference = { type: 'appointment', id: newId() };
    const before = await balance();
    const phone = phoneOf('7005');
    await queueSms(acme.ctx, { phone, text: 'x', purpose: 'reminder', reference });
    expect(await cancelSms(globex.ctx, reference)).toBe(0);
    expect(await cancelSms(acme.ctx, reference)).toBe(1);
    expect(await cancelSms(acme.ctx, reference)).toBe(0);
    await scene.drain();
    expect(await taken(phone)).toEqual([]);
    expect(await balance()).toEqual(before);
  });
});

it('KVKK: of an erased customer neither words nor phone stay; what waited is not sent, what was paid stays paid', async () => {
  const answer = await acme.call('POST', '/v1/customers', { firstName: 'Elif', phone: '0532 444 55 66' });
  const { id: customerId } = await answer.json();
  const sent = (await (await acme.call('POST', '/v1/sms', { customerId, text: 'gizli' })).json()).id;
  await scene.drain();
  const waiting = (await (await acme.call('POST', '/v1/sms', { customerId, text: 'bekleyen' })).json()).id;
  expect((await acme.call('POST', `/v1/customers/${customerId}/erase`)).status).toBe(204);
  await scene.drain();
  expect(await row(sent)).toMatchObject({ phone: '', body: '', costCredits: 1 });
  expect(await row(waiting)).toMatchObject({ phone: '', body: '', status: 'skipped' });
});

it('outside the sandbox, with no carrier set up: 409, and a reminder is skipped, not kept in a list that nobody reads', async () => {
  const real = { ...acme.ctx, sms: null };
  const queued = await queueSms(real, { phone: AYSE, text: 'x', purpose: 'reminder' });
  expect(queued).toMatchObject({ status: 'skipped', reason: 'no-carrier' });
});

it('free of charge where a segment costs nothing: nothing is held, and the ledger has no line', async () => {
  const free = { ...actFor(ctx, acme), config: { ...ctx.config, sms: { ...ctx.config.sms, creditsPerSegment: 0 } } };
  const before = await balance();
  const { id } = await queueSms(free, { phone: phoneOf('7012'), text: 'x', purpose: 'notice' });
  await scene.drain();
  expect(await row(id)).toMatchObject({ status: 'sent', costCredits: 0, capturedAt: null });
  expect(await balance()).toEqual(before);
});
