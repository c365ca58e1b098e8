import { type SQL, sql } from 'drizzle-orm';
import { dropSingles } from '#src/campaigns/drop-singles.ts';
import type { AppContext } from '#src/context.ts';
import { dropSms } from '#src/sms/drop-sms.ts';
import { defaultAppointmentSettings } from './read-appointment-settings.ts';

const { remindFromMinute, remindUntilMinute } = defaultAppointmentSettings;

/**
 * `due`, or if that lies in the night of the appointment's zone, the next morning while that is before the appointment by half of what was
 * wished; else the evening before. `quiet`: it was moved so.
 */
export const reminderTime = (
  due: SQL,
  startsAt: SQL,
  minutesBefore: SQL,
  timeZone: SQL,
  organizationId: SQL,
): SQL => sql`
  select case when not night.so then wish.due
      when morning.at <= ${startsAt} - ${minutesBefore} * interval '30 seconds' then morning.at else evening.at end as due_at, night.so as quiet
  from (select ${due} as due, coalesce(s.remind_from_minute, ${remindFromMinute}::int) * interval '1 minute' as opens,
      coalesce(s.remind_until_minute, ${remindUntilMinute}::int) * interval '1 minute' as closes
    from (select 1) one left join appointment_settings s on s.organization_id = ${organizationId}) wish
  cross join lateral (select wish.due at time zone ${timeZone} as at) local
  cross join lateral (select date_trunc('day', local.at) as midnight) day
  cross join lateral (select local.at < day.midnight + wish.opens as early, local.at > day.midnight + wish.closes as late) side
  cross join lateral (select side.early or side.late as so) night
  cross join lateral (select (day.midnight + case when side.late then interval '1 day' else interval '0' end + wish.opens) at time zone ${timeZone} as at) morning
  cross join lateral (select (day.midnight - case when side.late then interval '0' else interval '1 day' end + wish.closes) at time zone ${timeZone} as at) evening`;

/** One row for each reminder of each of these appointments that is to be told of the version in force. */
const wantedSends = (ids: string[], now: string) => sql`
  select a.organization_id, a.id as appointment_id, a.version, r.id as reminder_id, r.channel, r.minutes_before,
    r.template_id, r.language, t.due_at, t.quiet
  from appointments a cross join lateral (
    select * from appointment_reminders where appointment_id = a.id
    union all
    select * from appointment_reminders where series_id = a.series_id and not 'reminders' = any(a.overrides)
  ) r cross join lateral (${reminderTime(
    sql`a.starts_at - r.minutes_before * interval '1 minute'`,
    sql`a.starts_at`,
    sql`r.minutes_before`,
    sql`a.time_zone`,
    sql`a.organization_id`,
  )}) t
  where a.id = any(${sql.param(ids)}::uuid[]) and a.status = 'approved' and a.deleted_at is null
    and a.starts_at > ${now}::timestamptz`;

/** What is planned and not wanted any more is dropped. */
const dropStale = (ctx: AppContext, ids: string[], now: string) =>
  ctx.db.execute(sql`
    update appointment_reminder_sends s set status = 'dropped', settled_at = ${now}::timestamptz,
      reason = case when a.deleted_at is not null then 'deleted' when a.status <> 'approved' then a.status else 'changed' end
    from appointments a
    where s.appointment_id = any(${sql.param(ids)}::uuid[]) and a.id = s.appointment_id and s.status = 'planned'
      and not exists (
        select 1 from (${wantedSends(ids, now)}) w
        where w.appointment_id = s.appointment_id and w.version = s.version and w.reminder_id = s.reminder_id
          and w.channel = s.channel and w.minutes_before = s.minutes_before
          and w.template_id is not distinct from s.template_id and w.language is not distinct from s.language
      )`);

/** What is wanted is planned; too late, it is noted as dropped, unless there is word of it for the very same time. */
const planWanted = (ctx: AppContext, ids: string[], now: string) =>
  ctx.db.execute(sql`
    insert into appointment_reminder_sends as s (organization_id, appointment_id, reminder_id, version, channel,
      minutes_before, template_id, language, due_at, status, reason, settled_at, created_at)
    select w.organization_id, w.appointment_id, w.reminder_id, w.version, w.channel, w.minutes_before, w.template_id,
      w.language, w.due_at, case when late.so then 'dropped' else 'planned' end,
      case when late.so then 'too-late' when w.quiet then 'quiet-hours' end,
      case when late.so then ${now}::timestamptz end, ${now}::timestamptz
    from (${wantedSends(ids, now)}) w cross join lateral (select w.due_at <= ${now}::timestamptz as so) late
    where not late.so or not exists (
      select 1 from appointment_reminder_sends o
      where o.appointment_id = w.appointment_id and o.channel = w.channel and o.minutes_before = w.minutes_before
        and o.due_at = w.due_at
    )
    on conflict (appointment_id, channel, minutes_before, version) do update
      set status = excluded.status, reason = excluded.reason, settled_at = excluded.settled_at, due_at = excluded.due_at,
        reminder_id = excluded.reminder_id, template_id = excluded.template_id, language = excluded.language
      where s.status = 'dropped' and s.message_id is null and s.sms_id is null and s.mail_id is null`);

/** WhatsApp messages and SMS that wait and remind of what is not so any more are taken back, and their credits with them. */
async function takeBack(ctx: AppContext, ids: string[], now: string): Promise<void> {
  const stale = await ctx.db.execute<{ id: string; message_id: string | null; sms_id: string | null }>(sql`
    select s.id, m.id as message_id, t.id as sms_id from appointment_reminder_sends s join appointments a on a.id = s.appointment_id
    left join messages m on m.id = s.message_id and m.status = 'queued'
    left join sms_messages t on t.id = s.sms_id and t.status = 'queued'
    where s.appointment_id = any(${sql.param(ids)}::uuid[]) and s.status = 'sent' and (m.id is not null or t.id is not null)
      and (a.version <> s.version or a.status <> 'approved' or a.deleted_at is not null)`);
  const messages = await dropSingles(
    ctx,
    stale.flatMap(({ message_id }) => (message_id ? [{ id: message_id, reason: 'appointment-changed' }] : [])),
  );
  const texts = await dropSms(
    ctx,
    stale.flatMap(({ sms_id }) => sms_id ?? []),
    'appointment-changed',
  );
  const gone = stale.flatMap(({ id, message_id, sms_id }) =>
    (message_id && messages.has(message_id)) || (sms_id && texts.has(sms_id)) ? [id] : [],
  );
  if (gone.length > 0)
    await ctx.db.execute(sql`
      update appointment_reminder_sends set status = 'dropped', reason = 'changed', settled_at = ${now}::timestamptz
      where id = any(${sql.param(gone)}::uuid[])`);
}

/**
 * Brings the planned reminders of these appointments in line with what they are now: one of each for the version in force
 * of those that are approved and still to come, none for the others. Called in the transaction of every verb that
 * changes appointments.
 */
export async function planReminders(ctx: AppContext, appointmentIds: string[]): Promise<void> {
  if (appointmentIds.length === 0) return;
  const now = ctx.clock.now().toISOString();
  await dropStale(ctx, appointmentIds, now);
  await takeBack(ctx, appointmentIds, now);
  await planWanted(ctx, appointmentIds, now);
}
