import { type SQL, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import type { TimelineSource } from './timeline-source.ts';

/** What its room writes down when the time of an appointment changes. */
const MOVES = ['appointments.move'];

type Facts = { name: string; at: string; where: SQL; event: SQL; by: string };

const source = ({ name, at, where, event, by }: Facts): TimelineSource => ({
  name,
  kind: 'appointment',
  channels: [],
  from: sql`appointments a`,
  where: sql`a.customer_id = c.id and a.deleted_at is null and ${where}`,
  at: sql`a.${sql.identifier(at)}`,
  id: sql`a.id`,
  columns: sql`a.title, a.status, a.status_reason, a.starts_at, a.ends_at, a.time_zone, a.place, a.link, a.consultant_id, a.series_id,
    a.${sql.identifier(`${by}_type`)} as by_type, a.${sql.identifier(`${by}_id`)} as by_id`,
  joins: sql`left join users h on h.id = k.consultant_id`,
  event,
  actorType: sql`k.by_type`,
  actorId: sql`k.by_id`,
  data: sql`jsonb_build_object('appointmentId', k.row_id, 'title', k.title, 'startsAt', k.starts_at, 'endsAt', k.ends_at,
    'timeZone', k.time_zone, 'place', k.place, 'link', k.link, 'consultantId', k.consultant_id, 'consultant', h.name,
    'seriesId', k.series_id, 'status', k.status, 'statusReason', k.status_reason)`,
});

/** Booked, approved, and how it ended. */
const stages: TimelineSource[] = [
  source({
    name: 'booked',
    at: 'created_at',
    where: sql`true`,
    event: sql`case when k.status = 'requested' then 'appointment.requested' else 'appointment.booked' end`,
    by: 'created_by',
  }),
  source({
    name: 'approved',
    at: 'approved_at',
    where: sql`a.approved_at is not null and a.requires_approval`,
    event: sql`'appointment.approved'`,
    by: 'approved_by',
  }),
  source({
    name: 'settled',
    at: 'status_changed_at',
    where: sql`a.status in ('declined', 'cancelled', 'done', 'no-show')`,
    event: sql`'appointment.' || case k.status when 'done' then 'kept' when 'no-show' then 'missed' else k.status end`,
    by: 'status_by',
  }),
];

/** Changes of its time, from the activities of those appointments that changed at all. */
const moved = ({ organizationId }: OrgContext): TimelineSource => ({
  name: 'moved',
  kind: 'appointment',
  channels: [],
  owners: (
    ids,
  ) => sql`(select a.customer_id as id, a.id as appointment_id, a.title, a.starts_at, a.time_zone from appointments a
    where a.customer_id = any(${sql.param(ids)}::uuid[]) and a.version > 1 and a.deleted_at is null) as c`,
  from: sql`activities v`,
  where: sql`v.subject_type = 'appointment' and v.subject_id = c.appointment_id::text and v.organization_id = ${organizationId}::uuid
    and v.verb in (${sql.join(
      MOVES.map((verb) => sql`${verb}`),
      sql`, `,
    )})`,
  at: sql`v.created_at`,
  id: sql`v.id`,
  columns: sql`v.details, v.actor_type, v.user_id`,
  event: sql`'appointment.moved'`,
  actorType: sql`k.actor_type`,
  actorId: sql`k.user_id`,
  data: sql`k.details || jsonb_build_object('appointmentId', c.appointment_id, 'title', c.title, 'startsAt', c.starts_at,
    'timeZone', c.time_zone)`,
});

export const appointmentSources = (ctx: OrgContext): TimelineSource[] => [...stages, moved(ctx)];
