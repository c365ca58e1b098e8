import { sql } from 'drizzle-orm';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { answerUrl } from '#src/appointments/appointment-mail.ts';
import { workingHours } from '#src/db/schema/working-hours.ts';
import { type Drafted, reminding } from './reminder-scene.ts';

const scene = await reminding();
const { ctx, clock, acme, globex } = scene;
afterAll(() => scene[Symbol.asyncDispose]());
const startsAt = new Date('2026-03-03T11:00:00Z');
beforeEach(async () => {
  clock.set(new Date('2026-03-02T09:00:00Z'));
  await ctx.db.execute(
    sql`truncate appointments, appointment_series, appointment_settings, conversations, messages, mails, sandbox_mails, live_events cascade`,
  );
  await ctx.db.execute(sql`delete from pgboss.job`);
});
const html = { accept: 'text/html' };
const pathOf = async (id: string) => new URL(answerUrl(ctx, await scene.find(id))).pathname;
const look = async (path: string) => {
  const response = await scene.call('GET', path, undefined, html);
  return { status: response.status, text: await response.text(), headers: response.headers };
};
const press = async (path: string, fields: Record<string, string> = {}) => {
  const headers = { ...html, 'content-type': 'application/x-www-form-urlencoded' };
  const response = await scene.call('POST', path, new URLSearchParams(fields).toString(), headers);
  return { status: response.status, text: await response.text() };
};
const request = (more: Drafted = {}) =>
  scene.appoint({ startsAt, status: 'requested', requiresApproval: true, reminders: [{}], ...more }, 'requested');
const show = async (id: string) => (await acme.call('GET', `/v1/appointments/${id}`)).json();

describe('the link of an appointment that waits for a yes', () => {
  it('looked at by a messenger nothing happens; pressed it is agreed, once, and everybody is told', async () => {
    const id = await request({ title: 'Işıl & <Çınar>' });
    const path = await pathOf(id);
    await Promise.all([look(path), scene.call('HEAD', path, undefined, html), look(`${path}?utm_source=x`)]);
    expect((await scene.find(id)).status).toBe('requested');
    const page = await look(path);
    expect(page.status).toBe(200);
    expect(page.text).toContain('Bu zaman size uyar mı?');
    expect(page.text).toContain('Işıl &amp; &lt;Çınar&gt;');
    expect(page.text).toContain('3 Mart 2026 Salı 14:00');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.get('cache-control')).toBe('no-store');
    const pressed = await Promise.all([press(`${path}/approve`), press(`${path}/approve`)]);
    for (const { status, text } of pressed) {
      expect(status).toBe(200);
      expect(text).toContain('Randevunuz kesinleşti');
    }
    expect(await scene.find(id)).toMatchObject({
      status: 'approved',
      approvedByType: 'customer',
      statusByType: 'customer',
    });
    expect(await scene.live('appointment.approved')).toMatchObject([{ appointmentId: id, by: 'customer' }]);
    expect(await scene.sends(id)).toMatchObject([{ status: 'planned' }]);
    expect(await scene.notices(id)).toMatchObject([
      { kind: 'requested' },
      { kind: 'confirmed', audience: 'customer' },
      { kind: 'confirmed', audience: 'consultant' },
    ]);
    expect((await look(path)).text).toContain('Takvime ekle');
    const calendar = await look(`${path}/calendar.ics`);
    expect(calendar.headers.get('content-type')).toContain('text/calendar');
    expect(calendar.text).toContain(`UID:${id}@ulak`);
  });

  it('a yes and a no at the same moment: one of them counts', async () => {
    for (let round = 0; round < 3; round++) {
      const id = await request({ consultantId: null });
      const path = await pathOf(id);
      await Promise.all([press(`${path}/approve`), press(`${path}/decline`)]);
      const { status } = await scene.find(id);
      expect(['approved', 'declined']).toContain(status);
      const told = [...(await scene.live('appointment.approved')), ...(await scene.live('appointment.declined'))];
      expect(told.filter(({ appointmentId }) => appointmentId === id)).toHaveLength(1);
    }
  });

  it('declined: the time is free again, and who comes late with a yes is told how it is', async () => {
    const id = await request();
    const path = await pathOf(id);
    expect((await press(`${path}/decline`)).text).toContain('Gelemeyeceğinizi bildirdiniz');
    expect((await press(`${path}/approve`)).text).toContain('Gelemeyeceğinizi bildirdiniz');
    expect(await scene.find(id)).toMatchObject({ status: 'declined', statusByType: 'customer' });
    await request();
  });

  it('after it was moved the old link is worth nothing, and says so; the new one is', async () => {
    const id = await request();
    const path = await pathOf(id);
    const moved = await acme.call('PATCH', `/v1/appointments/${id}`, { startsAt: '2026-03-04T14:00:00+03:00' });
    expect(moved.status).toBe(200);
    expect((await look(path)).text).toContain('Bu bağlantı eskidi');
    expect((await press(`${path}/approve`)).text).toContain('Bu bağlantı eskidi');
    expect((await press(`${path}/another-time`, { note: 'x' })).text).toContain('Bu bağlantı eskidi');
    expect((await scene.find(id)).status).toBe('requested');
    expect((await scene.notices(id)).filter(({ kind }) => kind === 'requested')).toHaveLength(2);
    expect((await press(`${await pathOf(id)}/approve`)).text).toContain('Randevunuz kesinleşti');
  });

  it('cancelled, deleted, begun: a page that says so, and nothing to press', async () => {
    const [cancelled, deleted, begun] = [
      await request(),
      await request({ consultantId: null }),
      await request({ consultantId: null }),
    ];
    expect((await acme.call('POST', `/v1/appointments/${cancelled}/cancel`, {})).status).toBe(200);
    const path = await pathOf(deleted);
    expect((await acme.call('DELETE', `/v1/appointments/${deleted}`)).status).toBe(204);
    const pages = [await look(await pathOf(cancelled)), await look(path)];
    clock.set(startsAt);
    pages.push(await look(await pathOf(begun)), (await press(`${await pathOf(begun)}/approve`)) as never);
    expect(pages.map(({ text }) => /<h1>(.*?)<\/h1>/.exec(text)![1])).toEqual([
      'Bu randevu iptal edildi',
      'Bu randevu iptal edildi',
      'Bu randevunun zamanı geçti',
      'Bu randevunun zamanı geçti',
    ]);
    for (const { text } of pages) expect(text).not.toContain('<button');
    expect((await scene.find(begun)).status).toBe('requested');
  });

  it('another time: one of the free ones or a few words; a colleague accepts it by moving it there, and the customer need not be asked again', async () => {
    await ctx.db.insert(workingHours).values({
      organizationId: acme.organizationId,
      consultantId: acme.userId,
      weekday: 3,
      startMinute: 600,
      endMinute: 720,
    });
    const id = await request();
    const path = await pathOf(id);
    const form = await look(`${path}/another-time`);
    const [slot] = /\d{4}-\d\d-\d\dT[\d:.]+Z/.exec(form.text)!;
    expect(slot).toBe('2026-03-04T07:00:00.000Z');
    expect((await press(`${path}/another-time`)).text).toContain('Bir saat seçin');
    expect((await press(`${path}/another-time`, { slot: '2026-03-04T20:00:00Z' })).text).toContain(
      'Bu saat az önce doldu',
    );
    const wish = { slot, note: 'Salı gelemiyorum' };
    expect((await press(`${path}/another-time`, wish)).text).toContain('İsteğiniz iletildi');
    await press(`${path}/another-time`, wish);
    expect(await show(id)).toMatchObject({
      status: 'requested',
      proposal: { startsAt: slot, note: 'Salı gelemiyorum' },
    });
    expect(await scene.live('appointment.time-proposed')).toMatchObject([
      { proposedStartAt: slot, note: 'Salı gelemiyorum', by: 'customer' },
    ]);
    expect((await press(`${path}/another-time`, { note: 'Ya da cuma' })).status).toBe(200);
    expect((await show(id)).proposal).toMatchObject({ startsAt: null, note: 'Ya da cuma' });
    await press(`${path}/another-time`, wish);
    const accepted = await acme.call('POST', `/v1/appointments/${id}/accept-proposal`);
    expect(accepted.status).toBe(200);
    expect(await accepted.json()).toMatchObject({
      status: 'approved',
      startsAt: slot,
      approvedBy: 'customer',
      proposal: null,
    });
    expect((await acme.call('POST', `/v1/appointments/${id}/accept-proposal`)).status).toBe(409);
    expect((await globex.call('POST', `/v1/appointments/${id}/accept-proposal`)).status).toBe(404);
    await ctx.db.execute(sql`delete from working_hours`);
  });

  it('a series is agreed to as a whole, or only its first date; not when its dates have changed since he looked', async () => {
    const body = {
      customerId: scene.customers.ayse,
      title: 'Masaj',
      startsAt: '2026-03-09T10:00:00+03:00',
      endsAt: '2026-03-09T11:00:00+03:00',
      requiresApproval: true,
      recurrence: 'FREQ=WEEKLY;COUNT=4',
    };
    const { id, series } = await (await acme.call('POST', '/v1/appointments', body)).json();
    const path = await pathOf(id);
    const page = await look(path);
    expect(page.text).toContain('4 randevunun hepsini onayla');
    const seen = /name="all" value="(\w+)"/.exec(page.text)![1]!;
    const { data } = await (await acme.call('GET', `/v1/appointments?seriesId=${series.id}`)).json();
    await acme.call('POST', `/v1/appointments/${data[2].id}/cancel`, {});
    expect((await press(`${path}/approve`, { all: seen })).text).toContain('3 randevunun hepsini onayla');
    const again = /name="all" value="(\w+)"/.exec((await look(path)).text)![1]!;
    expect((await press(`${path}/approve`, { all: again })).text).toContain('Randevunuz kesinleşti');
    const { data: after } = await (await acme.call('GET', `/v1/appointments?seriesId=${series.id}`)).json();
    expect(after.map(({ status }: { status: string }) => status)).toEqual([
      'approved',
      'approved',
      'cancelled',
      'approved',
    ]);
    expect((await scene.notices(id)).filter(({ kind }) => kind === 'requested')).toHaveLength(1);
    const later = { startsAt: '2026-03-10T10:00:00+03:00', endsAt: '2026-03-10T11:00:00+03:00' };
    const other = await (await acme.call('POST', '/v1/appointments', { ...body, ...later })).json();
    const [, all] = /name="all" value="(\w+)"/.exec((await look(await pathOf(other.id))).text)!;
    expect((await press(`${await pathOf(other.id)}/decline`, { all: all! })).text).toContain(
      'Gelemeyeceğinizi bildirdiniz',
    );
    const { data: none } = await (await acme.call('GET', `/v1/appointments?seriesId=${other.series.id}`)).json();
    expect(none.map(({ status }: { status: string }) => status)).toEqual(Array(4).fill('declined'));
  });
});

describe('the link of one that is settled', () => {
  it('calls it off: what waits to remind of it is dropped, and the consultant is told', async () => {
    const id = await scene.appoint({ startsAt });
    const path = await pathOf(id);
    expect((await press(`${path}/decline`)).text).toContain('Randevunuz kesinleşti');
    expect((await press(`${path}/cancel`)).text).toContain('Bu randevu iptal edildi');
    expect(await scene.find(id)).toMatchObject({ status: 'cancelled', statusByType: 'customer' });
    expect(await scene.sends(id)).toMatchObject([{ status: 'dropped', reason: 'cancelled' }]);
    expect((await scene.notices(id)).map(({ kind, audience }) => [kind, audience])).toContainEqual([
      'cancelled',
      'consultant',
    ]);
  });
});

describe('what is no link', () => {
  it.each(['x', 'A'.repeat(43), `${'A'.repeat(42)}-`])('%s: 404, in words', async (token) => {
    expect((await look(`/a/${token}`)).status).toBe(404);
    expect((await press(`/a/${token}/approve`)).status).toBe(404);
    expect((await scene.call('GET', `/a/${token}`)).headers.get('content-type')).toContain('application/problem+json');
  });

  it('the sample of a preview is said to be one', async () => {
    expect((await look('/a/sample')).text).toContain('This is the link of a preview');
    expect((await press('/a/sample/approve')).status).toBe(200);
  });
});
