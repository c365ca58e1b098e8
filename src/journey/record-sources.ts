import { sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import type { TimelineSource } from './timeline-source.ts';

/** Told by rows of their own. */
const TOLD_ELSEWHERE = ['customers.create', 'customers.record-consent'];

/** How the customer came. */
const created = ({ organizationId }: OrgContext): TimelineSource => ({
  name: 'created',
  kind: 'record',
  channels: [],
  from: sql`customers r`,
  where: sql`r.id = c.id`,
  at: sql`r.created_at`,
  id: sql`r.id`,
  columns: sql`r.source, r.created_by_type, r.created_by_id`,
  joins: sql`left join customer_imports i on k.created_by_type = 'job' and i.organization_id = ${organizationId}
      and i.id = case when k.created_by_id ~ '^[0-9a-f-]{36}$' then k.created_by_id::uuid end`,
  event: sql`case when i.id is null then 'record.created' else 'record.imported' end`,
  actorType: sql`k.created_by_type`,
  actorId: sql`coalesce(i.user_id::text, k.created_by_id)`,
  data: sql`jsonb_build_object('source', k.source, 'importId', i.id)`,
});

/** What was changed, from the activities. */
const activity = ({ organizationId }: OrgContext): TimelineSource => ({
  name: 'activity',
  kind: 'record',
  channels: [],
  from: sql`activities a`,
  where: sql`a.subject_type = 'customer' and a.subject_id = c.id::text and a.organization_id = ${organizationId}
      and a.verb <> all (array[${sql.join(
        TOLD_ELSEWHERE.map((verb) => sql`${verb}`),
        sql`, `,
      )}]::text[])`,
  at: sql`a.created_at`,
  id: sql`a.id`,
  columns: sql`a.verb, a.details, a.actor_type, a.user_id`,
  event: sql`case k.verb when 'customers.update' then 'record.edited' when 'customers.merge' then 'record.merged'
      else 'record.' || split_part(k.verb, '.', 2) end`,
  actorType: sql`k.actor_type`,
  actorId: sql`k.user_id`,
  data: sql`k.details`,
});

/** The Files tab. */
const file = (): TimelineSource => ({
  name: 'file',
  kind: 'file',
  channels: ['whatsapp'],
  from: sql`customer_files f`,
  where: sql`f.customer_id = c.id`,
  at: sql`f.filed_at`,
  id: sql`f.id`,
  columns: sql`f.name, f.kind, f.tags, f.user_id, f.message_id, f.media_id`,
  joins: sql`left join messages fm on fm.id = k.message_id`,
  event: sql`case fm.direction when 'in' then 'file.received' when 'out' then 'file.sent' else 'file.added' end`,
  channel: sql`case when k.message_id is null then null else 'whatsapp' end`,
  ofChannel: () => sql`f.message_id is not null`,
  actorType: sql`case when k.user_id is null then null else 'user' end`,
  actorId: sql`k.user_id`,
  data: sql`jsonb_build_object('fileId', k.row_id, 'mediaId', k.media_id, 'name', k.name, 'kind', k.kind, 'tags', k.tags)`,
});

/** What was noted by hand. */
const interaction = (): TimelineSource => ({
  name: 'interaction',
  kind: 'interaction',
  channels: ['call', 'meeting'],
  from: sql`customer_interactions n`,
  where: sql`n.customer_id = c.id`,
  at: sql`n.happened_at`,
  id: sql`n.id`,
  columns: sql`n.kind, n.direction, n.duration_minutes, n.outcome, n.text, n.user_id`,
  event: sql`'interaction.' || k.kind`,
  channel: sql`case k.kind when 'call' then 'call' when 'note' then null else 'meeting' end`,
  ofChannel: (channel) => (channel === 'call' ? sql`n.kind = 'call'` : sql`n.kind in ('meeting', 'visit')`),
  actorType: sql`'user'`,
  actorId: sql`k.user_id`,
  data: sql`jsonb_build_object('interactionId', k.row_id, 'kind', k.kind, 'direction', k.direction,
      'durationMinutes', k.duration_minutes, 'outcome', k.outcome, 'text', k.text)`,
});

const consent = (): TimelineSource => ({
  name: 'consent',
  kind: 'consent',
  channels: ['whatsapp', 'email', 'sms'],
  // a merge writes the history of the other one again
  owners: ([customerId]) => sql`(select ${customerId}::uuid as id) as c`,
  from: sql`consents s`,
  where: sql`s.customer_id = c.id`,
  at: sql`s.given_at`,
  id: sql`s.id`,
  columns: sql`s.channel, s.state, s.source, s.wording, s.actor_type, s.actor_id`,
  event: sql`'consent.' || k.state`,
  channel: sql`k.channel`,
  ofChannel: (channel) => sql`s.channel = ${channel}`,
  actorType: sql`k.actor_type`,
  actorId: sql`k.actor_id`,
  data: sql`jsonb_build_object('consentId', k.row_id, 'state', k.state, 'source', k.source, 'text', k.wording)`,
});

/** Of every address that the customer has. */
const suppression = ({ organizationId }: OrgContext): TimelineSource => ({
  name: 'suppression',
  kind: 'suppression',
  channels: ['email'],
  from: sql`(select s.* from customer_addresses a join suppressions s on s.organization_id = ${organizationId} and s.phone = a.address
        where a.customer_id = c.id and a.kind = 'phone'
      union all
      select s.* from customer_addresses a join suppressions s on s.organization_id = ${organizationId}
          and s.email_hash = address_hash(${organizationId}::uuid, a.address)
        where a.customer_id = c.id and a.kind = 'email') p`,
  at: sql`p.created_at`,
  id: sql`p.id`,
  columns: sql`p.level, p.scope, p.reason, p.expires_at, p.created_by, p.email_hash`,
  event: sql`'suppression.' || k.level`,
  channel: sql`case when k.scope = 'email' then 'email' end`,
  ofChannel: () => sql`p.scope = 'email'`,
  actorType: sql`case when k.created_by is null then null else 'user' end`,
  actorId: sql`k.created_by`,
  data: sql`jsonb_build_object('suppressionId', k.row_id, 'level', k.level, 'scope', k.scope, 'reason', k.reason,
      'of', case when k.email_hash is null then 'phone' else 'email' end, 'expiresAt', k.expires_at)`,
});

/** The customer's own record: how it came, what was changed, files, consents, suppressions, and what was noted by hand. */
export const recordSources = (ctx: OrgContext): TimelineSource[] => [
  created(ctx),
  activity(ctx),
  file(),
  interaction(),
  consent(),
  suppression(ctx),
];
