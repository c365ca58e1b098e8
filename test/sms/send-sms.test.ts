import { sql } from 'drizzle-orm';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { SmsCarrier } from '#src/channels/sms/sms-carrier.ts';
import { proveLedger } from '#src/credits/prove-ledger.ts';
import { newId } from '#src/platform/ids.ts';
import { applySmsReport } from '#src/sms/apply-sms-report.ts';
import { claimSms } from '#src/sms/claim-sms.ts';
import { followSms } from '#src/sms/follow-sms.ts';
import { recordSmsOutcome } from '#src/sms/record-sms-outcome.ts';
import { sendSms } from '#src/sms/send-sms.ts';
import { createSmsScene } from './sms-scene.ts';

const [P7009, EARLY] = [newId(), newId()];

const scene = await createSmsScene();
afterAll(() => scene[Symbol.asyncDispose]());
const { ctx, acme, clock, row, taken, balance, write, minutes, phoneOf } = scene;
beforeEach(() => scene.drain());

describe('at the moment of sending', () => {
  it.each([
    [
      'blacklisted',
      (phone: string) => sql`
      insert into suppressions (organization_id, phone, level) values (${acme.organizationId}, ${phone}, 'blacklist')`,
    ],
    ['user-banned', () => sql`update users set banned = true where id = ${acme.userId}`],
    ['too-late', () => sql`update sms_messages set not_after_at = due_at where status = 'queued'`],
  ] as const)('%s since it was queued: skipped, and its credit is free again', async (reason, happen) => {
    const before = await balance();
    const phone = phoneOf('7006');
    const id = await write(phone);
    await ctx.db.execute(happen(phone));
    await scene.drain();
    await ctx.db.execute(sql`update users set banned = false`);
    expect(await row(id)).toMatchObject({ status: 'skipped', statusReason: reason });
    expect(await taken(phone)).toEqual([]);
    expect(await balance()).toEqual(before);
  });

  it('fails closed: a database that cannot say whether it may be sent sends nothing', async () => {
    const phone = phoneOf('7007');
    const id = await write(phone);
    await ctx.db.execute(sql`alter table suppressions rename to elsewhere`);
    await expect(sendSms(ctx, id)).rejects.toThrow();
    await ctx.db.execute(sql`alter table elsewhere rename to suppressions`);
    expect(await taken(phone)).toEqual([]);
    expect(await row(id)).toMatchObject({ status: 'queued', attempt: 0 });
  });

  it('however many workers have its job: one of them sends it', async () => {
    const phone = phoneOf('7008');
    const id = await write(phone);
    await Promise.all(Array.from({ length: 5 }, () => sendSms(ctx, id)));
    expect(await taken(phone)).toHaveLength(1);
  });

  it('refused: failed with the reason, nothing paid; not taken now: tried again until it is too late', async () => {
    const before = await balance();
    const refused = await write(phoneOf('0404'));
    const busy = await write(phoneOf('0429'));
    await scene.drain();
    expect(await row(refused)).toMatchObject({ status: 'failed', statusReason: 'invalid-phone', capturedAt: null });
    expect(await row(busy)).toMatchObject({
      status: 'queued',
      statusReason: 'throttled',
      attempt: 1,
      dispatchedAt: null,
    });
    await sendSms(ctx, busy);
    expect((await row(busy)).attempt).toBe(1);
    for (let hours = 0; hours < 26; hours++) {
      minutes(61);
      await sendSms(ctx, busy);
    }
    const { status, statusReason, attempt } = await row(busy);
    expect({ status, statusReason }).toEqual({ status: 'failed', statusReason: 'carrier-throttled' });
    expect(attempt).toBeGreaterThan(5);
    expect(await balance()).toEqual(before);
  });
});

describe('an outcome that nobody knows', () => {
  it('is never sent again: it is found at the carrier and paid for once', async () => {
    const phone = phoneOf('0503');
    const before = await balance();
    const id = await write(phone);
    await scene.drain();
    expect(await row(id)).toMatchObject({ status: 'unknown', statusReason: 'timeout', providerMessageId: null });
    expect(await balance()).toEqual({ ...before, held: before.held + 1 });
    for (let i = 0; i < 3; i++) {
      minutes(2);
      await followSms(ctx);
      await scene.drain();
    }
    const [kept] = await taken(phone);
    expect(await taken(phone)).toHaveLength(1);
    expect(await row(id)).toMatchObject({ status: 'delivered', providerMessageId: kept!.id });
    expect(await balance()).toEqual({ ...before, current: before.current - 1 });
  });

  it('of two to the same phone nobody can say which is which: neither is guessed; after 72 hours their credits are free', async () => {
    const phone = phoneOf('0504');
    const before = await balance();
    const ids = [await write(phone, 'bir'), await write(phone, 'iki')];
    await scene.drain();
    for (let i = 0; i < 4; i++) {
      minutes(6);
      await followSms(ctx);
    }
    expect((await Promise.all(ids.map(row))).map(({ status }) => status)).toEqual(['unknown', 'unknown']);
    minutes(72 * 60);
    await followSms(ctx);
    expect(await balance()).toEqual(before);
    expect(await taken(phone)).toHaveLength(2);
    // and a report that comes even later is believed, and free of charge
    const report = {
      providerMessageId: 'late',
      smsId: ids[0]!,
      status: 'delivered',
      reason: null,
      at: clock.now(),
    } as const;
    await applySmsReport(ctx, 'sandbox', report);
    expect(await row(ids[0]!)).toMatchObject({ status: 'delivered', capturedAt: null });
    expect(await balance()).toEqual(before);
  });

  it('of a worker that was killed between intent and outcome: unknown when its lease is over, and what it writes after that still counts', async () => {
    const phone = phoneOf('7009');
    const id = await write(phone);
    const claim = await claimSms(ctx, id);
    await sendSms(ctx, id);
    await followSms(ctx);
    expect(await row(id)).toMatchObject({ status: 'sending' });
    minutes(5);
    await followSms(ctx);
    expect(await row(id)).toMatchObject({ status: 'unknown', statusReason: 'worker-lost' });
    await sendSms(ctx, id);
    expect(await taken(phone)).toEqual([]);
    const accepted = { kind: 'accepted', providerMessageId: P7009 } as const;
    await recordSmsOutcome(ctx, claim!, accepted);
    await recordSmsOutcome(ctx, claim!, accepted);
    expect(await row(id)).toMatchObject({ status: 'sent', providerMessageId: P7009 });
    await recordSmsOutcome(ctx, claim!, { kind: 'rejected', reason: 'refused', cause: '' });
    expect(await row(id)).toMatchObject({ status: 'sent' });
  });

  it('a job that was lost is made again', async () => {
    const phone = phoneOf('7010');
    const id = await write(phone);
    await ctx.db.execute(sql`delete from pgboss.job where name = 'sms.send'`);
    await scene.drain();
    expect(await row(id)).toMatchObject({ status: 'queued' });
    minutes(3);
    await followSms(ctx);
    await scene.drain();
    expect(await taken(phone)).toHaveLength(1);
  });
});

describe('reports', () => {
  const report = (providerMessageId: string, status: 'delivered' | 'failed') =>
    ({ providerMessageId, status, reason: status === 'failed' ? 'unreachable' : null, at: clock.now() }) as const;

  it('not delivered: failed, and what it cost is given back in a refund, once', async () => {
    const before = await balance();
    const id = await write(phoneOf('0410'));
    await scene.drain();
    minutes(1);
    await followSms(ctx);
    const { providerMessageId } = await row(id);
    await Promise.all([1, 2, 3].map(() => applySmsReport(ctx, 'sandbox', report(providerMessageId!, 'failed'))));
    expect(await row(id)).toMatchObject({ status: 'failed', statusReason: 'unreachable' });
    expect(await balance()).toEqual(before);
    const { data: lines } = await (await acme.call('GET', '/v1/credits/transactions?limit=2')).json();
    expect(lines.map(({ type, amount, smsId }: Record<string, unknown>) => [type, amount, smsId])).toEqual([
      ['refund', 1, id],
      ['message', -1, id],
    ]);
  });

  it('the first last word holds: nothing is delivered and then failed, nor the other way round', async () => {
    const id = await write(phoneOf('0408'));
    await scene.drain();
    const { providerMessageId } = await row(id);
    await applySmsReport(ctx, 'sandbox', report(providerMessageId!, 'delivered'));
    await applySmsReport(ctx, 'sandbox', report(providerMessageId!, 'failed'));
    expect(await row(id)).toMatchObject({ status: 'delivered', refundedAt: null });
  });

  it('one that comes before we know whose it is waits for its SMS', async () => {
    const id = await write(phoneOf('7011'));
    const claim = await claimSms(ctx, id);
    await applySmsReport(ctx, 'sandbox', report(EARLY, 'delivered'));
    await applySmsReport(ctx, 'sandbox', report(EARLY, 'delivered'));
    await recordSmsOutcome(ctx, claim!, { kind: 'accepted', providerMessageId: EARLY });
    expect(await row(id)).toMatchObject({ status: 'delivered', providerMessageId: EARLY });
  });

  it('a carrier that is asked is asked more and more seldom, and after three days not any more', async () => {
    const asked: number[] = [];
    const carrier: SmsCarrier = {
      ...ctx.sms!,
      reports: async (of) => {
        asked.push(of.length);
        return [];
      },
    };
    const id = await write(phoneOf('0408'));
    await scene.drain();
    await ctx.db.execute(sql`update sms_messages set reconcile_at = null where id <> ${id}`);
    for (let i = 0; i < 24 * 4; i++) {
      minutes(60);
      await followSms({ ...ctx, sms: carrier });
    }
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.length).toBeLessThan(24);
    expect(await row(id)).toMatchObject({ status: 'sent', reconcileAt: null });
  });
});

it('after all of this the ledger adds up, and a line that is missing would be found', async () => {
  expect(await proveLedger(ctx, { quietMinutes: 0 })).toEqual([]);
  await ctx.db.execute(
    sql`update sms_messages set captured_at = now() where id = (select id from sms_messages where captured_at is null and status = 'failed' limit 1)`,
  );
  const [found] = await proveLedger(ctx, { quietMinutes: 0 });
  expect(found).toMatchObject({ about: 'hold.captured = messages captured and not given back', messageId: null });
  expect(found!.smsId).not.toBeNull();
});
