import { sql } from 'drizzle-orm';
import ICAL from 'ical.js';
import PostalMime from 'postal-mime';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { sendNotice } from '#src/appointments/send-notice.ts';
import { reminding } from './reminder-scene.ts';

const scene = await reminding();
const { ctx, clock, acme, globex, customers } = scene;
afterAll(() => scene[Symbol.asyncDispose]());
const startsAt = new Date('2026-03-03T11:00:00Z');
beforeEach(async () => {
  clock.set(new Date('2026-03-02T09:00:00Z'));
  await ctx.db.execute(
    sql`truncate appointments, appointment_series, appointment_settings, conversations, messages, sms_messages, mails, sandbox_mails, live_events cascade`,
  );
  await ctx.db.execute(sql`delete from pgboss.job`);
});
const request = (channelless = {}) =>
  scene.appoint({ startsAt, status: 'requested', requiresApproval: true, reminders: [], ...channelless }, 'requested');
const asked = async (id: string) => (await scene.notices(id)).find(({ kind }) => kind === 'requested')!;
/** What reached the mailbox, parsed. */
async function letters() {
  await scene.drain();
  const rows = await ctx.db.execute<{ raw: string }>(sql`select raw from sandbox_mails order by received_at, id`);
  return Promise.all(rows.map(({ raw }) => PostalMime.parse(Buffer.from(raw, 'base64'))));
}
const calendarOf = (mail: { attachments: { mimeType: string; content: unknown }[] }) => {
  const { content } = mail.attachments.find(
    ({ mimeType }) => mimeType === 'text/calendar' || mimeType === 'application/ics',
  )!;
  const text = typeof content === 'string' ? content : Buffer.from(content as ArrayBuffer).toString();
  const root = new ICAL.Component(ICAL.parse(text));
  return {
    method: root.getFirstPropertyValue('method'),
    events: root.getAllSubcomponents('vevent').map((one) => new ICAL.Event(one)),
  };
};

describe('a customer is asked', () => {
  it('by WhatsApp before all else, for a credit, once however often the job runs', async () => {
    const id = await request();
    const { id: noticeId } = await asked(id);
    await Promise.all([sendNotice(ctx, noticeId), sendNotice(ctx, noticeId)]);
    await scene.drain();
    const [message, ...more] = await scene.said();
    expect(more).toEqual([]);
    expect(message!.body).toContain('acme sizin için bu randevuyu öneriyor');
    expect(message!.body).toMatch(/\/a\/[\w-]{43}$/);
    expect(await asked(id)).toMatchObject({ status: 'sent', channel: 'whatsapp', messageId: message!.id });
    expect((await scene.live('appointment.requested'))[0]).toMatchObject({ appointmentId: id, status: 'requested' });
  });

  it('by SMS where no number is connected, by mail where he has no phone, and by what was asked for', async () => {
    const id = await request();
    await ctx.db.execute(sql`update instances set status = 'closed'`);
    await scene.drain();
    expect(await asked(id)).toMatchObject({ status: 'sent', channel: 'sms' });
    const [sms] = await ctx.db.execute<{ body: string; purpose: string }>(sql`select body, purpose from sms_messages`);
    expect(sms).toMatchObject({
      purpose: 'approval',
      body: expect.stringMatching(
        /^acme size randevu öneriyor: Cilt bakımı, 3 Mart 2026 Salı 14:00\. Yanıtlamak için: http\S+$/,
      ),
    });
    await ctx.db.execute(sql`update customers set phone = null where id = ${customers.ayse}`);
    const other = await request({ consultantId: null });
    const [mail] = await letters();
    await ctx.db.execute(sql`update customers set phone = '+905321110001' where id = ${customers.ayse}`);
    await ctx.db.execute(sql`update instances set status = 'open'`);
    expect(await asked(other)).toMatchObject({ status: 'sent', channel: 'email' });
    expect(mail).toMatchObject({
      subject: 'Randevunuzu onaylar mısınız? Cilt bakımı, 3 Mart 2026 Salı 14:00',
      from: { name: 'acme' },
    });
    expect(calendarOf(mail!).events[0]!.component.getFirstPropertyValue('status')).toBe('TENTATIVE');
    expect((await acme.call('POST', `/v1/appointments/${id}/approval-link`, { channel: 'email' })).status).toBe(202);
    await scene.drain();
    expect((await scene.notices(id)).map(({ channel, status }) => [channel, status])).toEqual([
      ['sms', 'sent'],
      ['email', 'sent'],
    ]);
    for (let again = 0; again < 3; again++) await acme.call('POST', `/v1/appointments/${id}/approval-link`, {});
    expect((await acme.call('POST', `/v1/appointments/${id}/approval-link`, {})).status).toBe(409);
    expect((await globex.call('POST', `/v1/appointments/${id}/approval-link`, {})).status).toBe(404);
  });

  it('not at all when he is on the blacklist, and it is said', async () => {
    await acme.call('POST', '/v1/suppressions', { customerId: customers.ayse, level: 'blacklist' });
    const id = await request();
    await scene.drain();
    const { data } = await (await acme.call('GET', '/v1/suppressions')).json();
    for (const { id } of data) await acme.call('DELETE', `/v1/suppressions/${id}`);
    expect(await asked(id)).toMatchObject({ status: 'skipped', reason: 'blacklisted', channel: null });
    expect([await scene.said(), await letters()]).toEqual([[], []]);
    const shown = await (await acme.call('GET', `/v1/appointments/${id}`)).json();
    expect(shown.notices).toMatchObject([
      { kind: 'requested', status: 'skipped', reason: 'blacklisted', delivery: null },
    ]);
  });
});

describe('mails about an appointment', () => {
  it('one for each thing that became of it, in the organization’s name, with the same entry for the calendar, growing', async () => {
    const id = await scene.appoint({ startsAt, title: 'Ön görüşme', place: 'Çınar Sk. 5', reminders: [] });
    await scene.drain();
    await acme.call('PATCH', `/v1/appointments/${id}`, { startsAt: '2026-03-04T14:00:00+03:00' });
    await scene.drain();
    await acme.call('PATCH', `/v1/appointments/${id}`, { note: 'nur für uns' });
    await acme.call('POST', `/v1/appointments/${id}/cancel`, {});
    const mails = await letters();
    expect(mails.map(({ subject }) => subject)).toEqual([
      'Randevunuz kesinleşti: Ön görüşme, 3 Mart 2026 Salı 14:00',
      'Randevunuz değişti: Ön görüşme, 4 Mart 2026 Çarşamba 14:00',
      'Randevunuz iptal edildi: Ön görüşme, 4 Mart 2026 Çarşamba 14:00',
    ]);
    for (const { from, replyTo, html, to } of mails) {
      expect(from!.name).toBe('acme');
      expect(replyTo![0]!.address).toBe('acme@example.com');
      expect(to![0]!.address).toBe('ayse@example.com');
      expect(html).toContain('Çınar Sk. 5');
      expect(html).toContain('tanıtım değildir');
      expect(html).not.toMatch(/nur für uns|Abonelikten/);
    }
    const entries = mails.map(calendarOf);
    expect(entries.map(({ method }) => method)).toEqual(['REQUEST', 'REQUEST', 'CANCEL']);
    expect(new Set(entries.map(({ events }) => events[0]!.uid)).size).toBe(1);
    const sequences = entries.map(({ events }) => events[0]!.sequence);
    expect(sequences.toSorted((a, b) => a - b)).toEqual(sequences);
    expect(new Set(sequences).size).toBe(3);
    expect(entries[1]!.events[0]!.startDate.toString()).toBe('2026-03-04T14:00:00');
  });

  it('of what changed again before it was told only the last is told, and nothing after it was taken away', async () => {
    const id = await scene.appoint({ startsAt, reminders: [] });
    await acme.call('PATCH', `/v1/appointments/${id}`, { startsAt: '2026-03-04T14:00:00+03:00' });
    await acme.call('PATCH', `/v1/appointments/${id}`, { startsAt: '2026-03-05T14:00:00+03:00' });
    expect((await letters()).map(({ subject }) => subject)).toEqual([
      'Randevunuz değişti: Cilt bakımı, 5 Mart 2026 Perşembe 14:00',
    ]);
    const other = await scene.appoint({ startsAt, reminders: [] });
    await acme.call('DELETE', `/v1/appointments/${other}`);
    expect(await letters()).toHaveLength(1);
    await acme.call('DELETE', `/v1/appointments/${id}`);
    expect((await letters()).at(-1)!.subject).toContain('Randevunuz iptal edildi');
  });

  it('a series is told in one mail with all its dates, in the customer’s language', async () => {
    await ctx.db.execute(sql`update customers set language = 'en' where id = ${customers.ayse}`);
    const body = {
      customerId: customers.ayse,
      title: 'Massage',
      startsAt: '2026-03-27T10:00:00+01:00',
      endsAt: '2026-03-27T11:00:00+01:00',
      timeZone: 'Europe/Berlin',
      recurrence: 'FREQ=DAILY;COUNT=4',
    };
    expect((await acme.call('POST', '/v1/appointments', body)).status).toBe(201);
    const mails = await letters();
    await ctx.db.execute(sql`update customers set language = null where id = ${customers.ayse}`);
    expect(mails).toHaveLength(1);
    expect(mails[0]!.subject).toBe('Your appointment is confirmed: Massage, Friday, March 27, 2026 at 10:00 AM');
    const { method, events } = calendarOf(mails[0]!);
    expect(method).toBe('PUBLISH');
    expect(events.map(({ startDate }) => startDate.toString())).toEqual(
      [27, 28, 29, 30].map((day) => `2026-03-${day}T10:00:00`),
    );
  });

  it('customers get none where the organization does not want it; what has to be answered is asked all the same', async () => {
    const settings = { mailCustomers: false, reminders: { from: '09:00', until: '21:00' } };
    expect(await (await acme.call('PUT', '/v1/appointment-settings', settings)).json()).toEqual(settings);
    await scene.appoint({ startsAt, reminders: [] });
    const id = await request({ consultantId: null });
    expect(await letters()).toEqual([]);
    expect((await asked(id)).status).toBe('sent');
    expect((await acme.call('PUT', '/v1/appointment-settings', { reminders: { from: '22:00' } })).status).toBe(400);
    expect(await (await globex.call('GET', '/v1/appointment-settings')).json()).toEqual({
      mailCustomers: true,
      reminders: { from: '08:00', until: '22:00' },
    });
  });

  it('the consultant is told what his customer answers, unless he does not want to be', async () => {
    await ctx.db.execute(sql`update users set email_verified = true where id = ${acme.userId}`);
    const id = await scene.appoint({ startsAt, reminders: [] });
    await scene.drain();
    const { answerUrl } = await import('#src/appointments/appointment-mail.ts');
    const path = new URL(answerUrl(ctx, await scene.find(id))).pathname;
    const form = { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' };
    await scene.call('POST', `${path}/another-time`, 'note=Perşembe+olur+mu', form);
    await scene.drain();
    await scene.call('POST', `${path}/cancel`, '', form);
    const subjects = (await letters())
      .filter(({ to }) => to![0]!.address === 'acme@example.com')
      .map(({ subject }) => subject);
    expect(subjects).toEqual([
      expect.stringContaining('Başka bir zaman istendi: Ayşe'),
      expect.stringContaining('Randevuya gelemeyecek: Ayşe'),
    ]);
    await acme.call('PUT', '/v1/settings', { mails: { appointments: false } });
    const other = await scene.appoint({ startsAt, reminders: [] });
    await scene.call('POST', `${new URL(answerUrl(ctx, await scene.find(other))).pathname}/cancel`, '', form);
    await scene.drain();
    expect((await scene.notices(other)).find(({ audience }) => audience === 'consultant')).toMatchObject({
      status: 'skipped',
      reason: 'not-wished',
    });
  });
});

describe('a reminder by mail or SMS', () => {
  it('in the words of a template that comes with the account, without a marketing footer, to the customer only', async () => {
    const { data } = await (
      await acme.call('GET', '/v1/templates?category=appointment-reminder&language=tr&limit=50')
    ).json();
    const templateOf = (channel: string) => data.find((one: { channel: string }) => one.channel === channel).id;
    const reminders = (['email', 'sms', 'whatsapp'] as const).map((channel) => ({
      channel,
      minutesBefore: 60,
      templateId: templateOf(channel),
    }));
    const id = await scene.appoint({ startsAt, title: 'Işıltı bakımı', place: 'Çınar Sk. 5', reminders });
    await scene.drain();
    await scene.remind(new Date('2026-03-03T10:00:00Z'));
    const mail = (await letters()).at(-1)!;
    expect(mail.subject).toBe('Randevu hatırlatması: 3 Mart 2026 Salı 14:00');
    expect(mail.html).toContain('Işıltı bakımı');
    expect(mail.html).toContain('tanıtım değildir');
    expect(mail.html).not.toMatch(/Abonelikten çık|\/u\//);
    expect(mail.text).not.toMatch(/Abonelikten çık|\{\{/);
    expect(calendarOf(mail).method).toBe('REQUEST');
    const [sms] = await ctx.db.execute<{ body: string }>(sql`select body from sms_messages`);
    expect(sms!.body).toContain('3 Mart 2026 Salı 14:00');
    expect((await scene.said())[0]!.body).toContain('✨ Işıltı bakımı');
    const shown = await (await acme.call('GET', `/v1/appointments/${id}`)).json();
    expect(shown.reminderSends.map(({ channel, status }: Record<string, string>) => [channel, status]).sort()).toEqual([
      ['email', 'sent'],
      ['sms', 'sent'],
      ['whatsapp', 'sent'],
    ]);
    expect((await globex.call('GET', `/v1/appointments/${id}`)).status).toBe(404);
  });
});
