import { sql } from 'drizzle-orm';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { planReminders } from '#src/appointments/plan-reminders.ts';
import { sendReminder } from '#src/appointments/send-reminder.ts';
import { reminding } from './reminder-scene.ts';

const scene = await reminding();
const { ctx, clock, acme, customers } = scene;
afterAll(() => scene[Symbol.asyncDispose]());
beforeEach(async () => {
  clock.set(new Date('2026-03-02T09:00:00Z'));
  await ctx.db.execute(sql`truncate appointments, appointment_settings, conversations, messages, live_events cascade`);
  await ctx.db.execute(sql`delete from credit_holds`);
  await ctx.db.execute(sql`update credit_accounts set held_credits = 0`);
});
const at = (time: string) => new Date(time);
const startsAt = at('2026-03-03T11:00:00Z');
const only = async (id: string) => {
  const sends = await scene.sends(id);
  expect(sends).toHaveLength(1);
  return sends[0]!;
};

describe('a reminder', () => {
  it('goes out once at its time, in the customer’s language, for one credit, and everybody is told', async () => {
    const id = await scene.appoint({ startsAt, title: 'Işıl ışıl bakım', place: 'Çınar Sk. 5' });
    await scene.remind(at('2026-03-03T08:59:59Z'));
    expect(await only(id)).toMatchObject({ status: 'planned', dueAt: at('2026-03-03T09:00:00Z'), reason: null });
    const before = (await scene.credits()).availableCredit;
    clock.set(at('2026-03-03T09:00:30Z'));
    await Promise.all([scene.remind(), scene.remind(), scene.remind()]);
    const said = await scene.said();
    expect(said).toHaveLength(1);
    expect(said[0]).toMatchObject({ status: 'queued', customerId: customers.ayse, waitsUntilAt: startsAt });
    expect(said[0]!.body).toContain('Ayşe, acme randevunuzu hatırlatmak ister');
    expect(said[0]!.body).toContain('3 Mart 2026 Salı 14:00');
    expect(said[0]!.body).toContain('Işıl ışıl bakım');
    expect(said[0]!.body).toContain('Çınar Sk. 5');
    expect(said[0]!.body).toMatch(/http:\/\/127\.0\.0\.1:3000\/a\/[\w-]{43}$/);
    expect(await only(id)).toMatchObject({ status: 'sent', messageId: said[0]!.id, settledAt: clock.now() });
    expect((await scene.credits()).availableCredit).toBe(before - 1);
    expect(await scene.live('appointment.reminded')).toMatchObject([
      { appointmentId: id, channel: 'whatsapp', by: 'job' },
    ]);
    await scene.pump();
    expect((await scene.said())[0]!.status).toBe('sent');
    await scene.remind(at('2026-03-03T09:10:00Z'));
    expect(await scene.said()).toHaveLength(1);
    expect(await scene.ledger()).toEqual([]);
  });

  it('of an appointment that moved goes out for the new time only, also when it was due at that very moment', async () => {
    const id = await scene.appoint({ startsAt });
    clock.set(at('2026-03-03T09:00:00Z'));
    const moved = { startsAt: at('2026-03-04T11:00:00Z'), endsAt: at('2026-03-04T12:00:00Z'), version: 2 };
    await Promise.all([scene.remind(), scene.change(id, 'moved', moved)]);
    const [first, second] = await scene.sends(id);
    const said = await scene.said();
    // whoever came first: either it was not sent, or it was taken back from the queue
    expect(said.filter(({ status }) => status === 'queued')).toEqual([]);
    expect(first).toMatchObject({ version: 1, status: 'dropped' });
    expect(second).toMatchObject({ version: 2, status: 'planned', dueAt: at('2026-03-04T09:00:00Z') });
    await scene.remind(at('2026-03-04T09:00:00Z'));
    expect((await scene.said()).filter(({ status }) => status === 'queued')).toHaveLength(1);
    expect((await scene.credits()).heldCredit).toBe(1);
  });

  it.each(['cancelled', 'declined'] as const)(
    'of one that was %s is dropped, and taken back where it waits',
    async (status) => {
      const id = await scene.appoint({ startsAt, reminders: [{}, { minutesBefore: 30 }] });
      await scene.remind(at('2026-03-03T09:00:00Z'));
      await scene.change(id, status, { status });
      expect((await scene.sends(id)).map(({ status, reason }) => [status, reason])).toEqual([
        ['dropped', 'changed'],
        ['dropped', status],
      ]);
      expect((await scene.said()).map(({ status }) => status)).toEqual(['cancelled']);
      expect((await scene.credits()).heldCredit).toBe(0);
    },
  );

  it('by SMS is taken back where it waits, too', async () => {
    const id = await scene.appoint({ startsAt, reminders: [{ channel: 'sms' }] });
    await scene.remind(at('2026-03-03T09:00:00Z'));
    const { smsId } = await only(id);
    expect((await scene.credits()).heldCredit).toBeGreaterThan(0);
    await scene.change(id, 'cancelled', { status: 'cancelled' });
    expect(await only(id)).toMatchObject({ status: 'dropped', reason: 'changed' });
    const sms = await (await acme.call('GET', `/v1/sms/${smsId}`)).json();
    expect(sms).toMatchObject({ status: 'cancelled', statusReason: 'appointment-changed', purpose: 'reminder' });
    expect((await scene.credits()).heldCredit).toBe(0);
  });

  it('after workers were down: the nearest one stands for all that are due, and what is of no use any more is dropped', async () => {
    const useful = await scene.appoint({ startsAt, reminders: [{ minutesBefore: 1440 - 60 }, { minutesBefore: 120 }] });
    const begun = await scene.appoint({ startsAt: at('2026-03-03T09:30:00Z'), consultantId: null });
    await scene.remind(at('2026-03-03T10:00:00Z'));
    expect((await scene.sends(useful)).map(({ status, reason }) => [status, reason])).toEqual([
      ['dropped', 'superseded'],
      ['sent', null],
    ]);
    expect(await only(begun)).toMatchObject({ status: 'dropped', reason: 'too-late' });
    expect(await scene.said()).toHaveLength(1);
  });

  it('a crash between planning and handing over leaves neither a message without a note of it nor a note without a message', async () => {
    const id = await scene.appoint({ startsAt });
    clock.set(at('2026-03-03T09:00:00Z'));
    const { id: sendId } = await only(id);
    const dying = {
      ...ctx,
      db: new Proxy(ctx.db, {
        get: (db, name) => (name === 'transaction' ? dieAtCommit(db) : Reflect.get(db, name, db)),
      }),
    };
    await sendReminder({ ...dying, log: { ...ctx.log, error: () => {} } } as never, {
      sendId,
      appointmentId: id,
    }).catch(() => {});
    expect(await scene.said()).toEqual([]);
    expect((await scene.credits()).heldCredit).toBe(0);
    expect((await only(id)).status).toBe('planned');
    await scene.remind();
    expect(await scene.said()).toHaveLength(1);
  });

  it('nobody is woken: what would fall into the night waits for the morning, or goes out the evening before', async () => {
    const morning = await scene.appoint({ startsAt: at('2026-03-03T06:30:00Z'), reminders: [{ minutesBefore: 180 }] });
    expect(await only(morning)).toMatchObject({ dueAt: at('2026-03-03T05:00:00Z'), reason: 'quiet-hours' });
    const evening = await scene.appoint({
      startsAt: at('2026-03-03T05:15:00Z'),
      consultantId: null,
      reminders: [{ minutesBefore: 60 }],
    });
    expect(await only(evening)).toMatchObject({ dueAt: at('2026-03-02T19:00:00Z'), reason: 'quiet-hours' });
    await ctx.db.execute(sql`
      insert into appointment_settings (organization_id, remind_from_minute, remind_until_minute) values (${acme.organizationId}, 300, 1440)`);
    const early = await scene.appoint({ startsAt: at('2026-03-03T07:45:00Z'), reminders: [{ minutesBefore: 180 }] });
    expect(await only(early)).toMatchObject({ dueAt: at('2026-03-03T04:45:00Z'), reason: null });
  });

  it('late in the evening after workers were down: it waits for the morning too', async () => {
    const id = await scene.appoint({ startsAt, reminders: [{ minutesBefore: 16 * 60 }] });
    await scene.remind(at('2026-03-02T22:00:00Z'));
    expect(await only(id)).toMatchObject({
      status: 'planned',
      dueAt: at('2026-03-03T05:00:00Z'),
      reason: 'quiet-hours',
    });
    expect(await scene.said()).toEqual([]);
    await scene.remind(at('2026-03-03T05:00:00Z'));
    expect((await only(id)).status).toBe('sent');
  });

  it('on the night that the clocks change it is as long before as was wished', async () => {
    const id = await scene.appoint({
      timeZone: 'Europe/Berlin',
      startsAt: at('2026-03-29T08:00:00Z'),
      reminders: [{ minutesBefore: 12 * 60 }, { minutesBefore: 60 }],
    });
    expect((await scene.sends(id)).map(({ dueAt }) => dueAt)).toEqual([
      at('2026-03-28T20:00:00Z'),
      at('2026-03-29T07:00:00Z'),
    ]);
  });
});

function dieAtCommit(db: typeof ctx.db) {
  return (work: (tx: never) => Promise<unknown>) =>
    db.transaction(async (tx) => {
      await work(tx as never);
      throw Object.assign(new Error('killed'), { code: 'ECONNRESET' });
    });
}

describe('whoever is not to be reminded is not, and it is said why', () => {
  const due = at('2026-03-03T09:00:00Z');
  const last = at('2026-03-03T10:56:00Z');
  it.each([
    [
      'no-address',
      sql`update customers set phone = null where id = ${customers.ayse}`,
      sql`update customers set phone = '+905321110001' where id = ${customers.ayse}`,
    ],
    [
      'blacklisted',
      sql`insert into suppressions (id, organization_id, phone, level, scope, created_at) values (uuid_v7(), ${acme.organizationId}, '+905321110001', 'blacklist', 'all', now())`,
      sql`delete from suppressions where phone = '+905321110001'`,
    ],
    [
      'user-banned',
      sql`update users set banned = true where id = ${acme.userId}`,
      sql`update users set banned = false where id = ${acme.userId}`,
    ],
    [
      'deleted',
      sql`update customers set deleted_at = now() where id = ${customers.ayse}`,
      sql`update customers set deleted_at = null where id = ${customers.ayse}`,
    ],
  ])('%s', async (reason, spoil, mend) => {
    const id = await scene.appoint({ startsAt });
    await ctx.db.execute(spoil);
    await scene.remind(due);
    await ctx.db.execute(mend);
    expect(await only(id)).toMatchObject({ status: reason === 'deleted' ? 'dropped' : 'skipped', reason });
    expect(await scene.said()).toEqual([]);
    expect((await scene.credits()).heldCredit).toBe(0);
  });

  it.each([
    ['no-open-instance', sql`update instances set status = 'closed'`, sql`update instances set status = 'open'`],
    [
      'insufficient-credits',
      sql`update credit_accounts set unsettled_credits = settled_credits - held_credits where user_id = ${acme.userId}`,
      sql`update credit_accounts set unsettled_credits = 0 where user_id = ${acme.userId}`,
    ],
  ])('%s: tried again while it is of use, and then not any more', async (reason, spoil, mend) => {
    const [mended, lost] = [await scene.appoint({ startsAt }), await scene.appoint({ startsAt, consultantId: null })];
    await ctx.db.execute(spoil);
    await scene.remind(due);
    expect(await only(mended)).toMatchObject({ status: 'planned', reason, dueAt: at('2026-03-03T09:05:00Z') });
    await ctx.db.execute(
      sql`update appointment_reminder_sends set due_at = ${last.toISOString()}::timestamptz - interval '2 minutes' where appointment_id = ${lost}`,
    );
    await ctx.db.execute(mend);
    await scene.remind(at('2026-03-03T09:05:00Z'));
    expect(await only(mended)).toMatchObject({ status: 'sent', reason: null });
    await ctx.db.execute(spoil);
    await scene.remind(at('2026-03-03T10:54:00Z'));
    await ctx.db.execute(mend);
    expect(await only(lost)).toMatchObject({ status: 'skipped', reason });
  });

  it('no marketing consent is needed', async () => {
    const id = await scene.appoint({ startsAt, customerId: customers.deniz });
    await scene.remind(due);
    expect((await only(id)).status).toBe('sent');
  });
});

describe('many at once', () => {
  it('hundreds due in one minute: each once, though two workers take them', async () => {
    await ctx.db.execute(sql`
      with one as (
        insert into appointments (organization_id, customer_id, title, starts_at, ends_at, time_zone, status, status_changed_at, status_by_type, created_by_type)
        select ${acme.organizationId}, ${customers.ayse}, 'T' || n, ${startsAt.toISOString()}::timestamptz, ${startsAt.toISOString()}::timestamptz + interval '1 hour',
          'Europe/Istanbul', 'approved', now(), 'user', 'user' from generate_series(1, 205) n returning id, organization_id
      )
      insert into appointment_reminders (organization_id, appointment_id, channel, minutes_before) select organization_id, id, 'email', 120 from one`);
    const ids = (await ctx.db.execute<{ id: string }>(sql`select id from appointments`)).map(({ id }) => id);
    await planReminders(ctx, ids);
    clock.set(at('2026-03-03T09:00:00Z'));
    await Promise.all([scene.remind(), scene.remind()]);
    const [counted] = await ctx.db.execute<{ sent: string; mails: string }>(sql`
      select (select count(*) from appointment_reminder_sends where status = 'sent') as sent,
        (select count(*) from mails where kind = 'appointment-reminder') as mails`);
    expect(counted).toEqual({ sent: '205', mails: '205' });
  });
});
