import { type SQL, sql } from 'drizzle-orm';
import type { Text } from '#src/platform/language.ts';

export type Takeover = { winner: string; loser: string };

/** What becomes of one customer's rows in a table that says whose they are. A text instead of a statement tells why there is none. */
export type TableRule = {
  label: Text;
  /** When he is merged into another; `campaign_recipients` and whatever follows come after he is marked as merged. */
  merge: ((takeover: Takeover) => SQL) | string;
  /** When he is erased. */
  erase: ((customerId: string) => SQL) | string;
  /** A SELECT of `id` and of `data` (jsonb), the rows after `after` in the order of their ids: what he is handed on request. */
  export: ((customerId: string, after: string, limit: number) => SQL) | string;
};

const moves =
  (table: string) =>
  ({ winner, loser }: Takeover): SQL =>
    sql`update ${sql.raw(table)} set customer_id = ${winner}::uuid where customer_id = ${loser}::uuid`;

/** The rows of a table as they are told, without what is ours alone. */
const rowsOf =
  (table: string, ...columns: string[]) =>
  (customerId: string, after: string, limit: number): SQL => {
    const pairs = columns.map((column) => sql.raw(`'${column}', t.${column}`));
    return sql`select t.id, jsonb_build_object(${sql.join(pairs, sql`, `)}) as data from ${sql.raw(table)} t
      where t.customer_id = ${customerId}::uuid and t.id > ${after}::uuid order by t.id limit ${limit}`;
  };

const BY_JOB = 'eraseTraces, a batch at a time';
const BY_CALLER = 'mergeCustomers and eraseCustomer see to it themselves';

/**
 * Every table with a `customer_id`, in the order in which a merge goes through them. A room that adds one adds its line here; a test of the house
 * holds this against the database.
 */
export const customerTables: Record<string, TableRule> = {
  customer_addresses: {
    label: { en: 'Phones and emails', tr: 'Telefonlar ve e-postalar' },
    merge: BY_CALLER,
    erase: (id) => sql`delete from customer_addresses where customer_id = ${id}::uuid`,
    export: rowsOf('customer_addresses', 'kind', 'address', 'label', 'is_primary', 'created_at'),
  },
  conversations: {
    label: { en: 'Conversations', tr: 'Konuşmalar' },
    merge: BY_CALLER,
    erase: BY_JOB,
    export: rowsOf('conversations', 'id', 'phone', 'profile_name', 'status', 'last_message_at', 'created_at'),
  },
  messages: {
    label: { en: 'WhatsApp messages', tr: 'WhatsApp mesajları' },
    merge: moves('messages'),
    erase: BY_JOB,
    export: rowsOf(
      'messages',
      'id',
      'direction',
      'address',
      'kind',
      'body',
      'content',
      'status',
      'campaign_id',
      'conversation_id',
      'said_at',
      'sent_at',
      'delivered_at',
      'read_at',
      'created_at',
    ),
  },
  group_members: {
    label: { en: 'Groups', tr: 'Gruplar' },
    merge: ({ winner, loser }) => sql`
      with gone as (delete from group_members where customer_id = ${loser}::uuid returning group_id, organization_id, created_at)
      insert into group_members (group_id, customer_id, organization_id, created_at)
      select group_id, ${winner}::uuid, organization_id, created_at from gone on conflict do nothing`,
    erase: (id) => sql`delete from group_members where customer_id = ${id}::uuid`,
    export: (id, after, limit) => sql`
      select g.id, jsonb_build_object('name', g.name, 'since', m.created_at) as data from group_members m join groups g on g.id = m.group_id
      where m.customer_id = ${id}::uuid and g.id > ${after}::uuid order by g.id limit ${limit}`,
  },
  customer_files: {
    label: { en: 'Files', tr: 'Dosyalar' },
    merge: ({ winner, loser }) => sql`
      with twice as (
        delete from customer_files f where f.customer_id = ${loser}::uuid
          and exists (select from customer_files kept where kept.customer_id = ${winner}::uuid and kept.media_id = f.media_id)
        returning f.id
      )
      update customer_files set customer_id = ${winner}::uuid where customer_id = ${loser}::uuid and id not in (select id from twice)`,
    erase: 'a trigger, with the bytes that nobody else has',
    export: (id, after, limit) => sql`
      select f.id, jsonb_build_object('id', f.id, 'name', f.name, 'kind', f.kind, 'tags', f.tags, 'filed_at', f.filed_at, 'mime_type', m.mime_type,
        'size_bytes', m.size_bytes, 'content', '/v1/customers/' || f.customer_id || '/files/' || f.id || '/content') as data
      from customer_files f join media m on m.id = f.media_id
      where f.customer_id = ${id}::uuid and f.id > ${after}::uuid order by f.id limit ${limit}`,
  },
  consents: {
    label: { en: 'Consent', tr: 'İzinler' },
    merge: 'mergeConsents: the history cannot be changed, so it is written again',
    erase: 'evidence stays, and knows the address by its hash',
    export: rowsOf(
      'consents',
      'id',
      'channel',
      'purpose',
      'state',
      'source',
      'wording',
      'given_at',
      'ip',
      'evidence',
      'created_at',
    ),
  },
  campaign_recipients: {
    label: { en: 'Campaigns', tr: 'Kampanyalar' },
    // of a campaign that has both, his row stays and is counted; while it waits it is passed over, as a deleted customer's is
    merge: ({ winner, loser }) => sql`
      update campaign_recipients r set customer_id = ${winner}::uuid where r.customer_id = ${loser}::uuid and not exists (
        select from campaign_recipients kept where kept.campaign_id = r.campaign_id and kept.customer_id = ${winner}::uuid)`,
    erase: BY_JOB,
    export: (id, after, limit) => sql`
      select r.id, jsonb_build_object('campaign', c.name, 'channel', c.channel, 'name', r.name, 'address', r.address, 'status', r.status,
        'status_reason', r.status_reason, 'values', r.variables, 'sent_at', r.sent_at, 'delivered_at', r.delivered_at, 'opened_at', r.opened_at,
        'clicked_at', r.clicked_at, 'replied_at', r.replied_at, 'bounced_at', r.bounced_at, 'complained_at', r.complained_at,
        'unsubscribed_at', r.unsubscribed_at) as data
      from campaign_recipients r join campaigns c on c.id = r.campaign_id
      where r.customer_id = ${id}::uuid and r.id > ${after}::uuid order by r.id limit ${limit}`,
  },
  customer_interactions: {
    label: { en: 'Calls, meetings and notes', tr: 'Aramalar, görüşmeler ve notlar' },
    merge: moves('customer_interactions'),
    erase: (id) => sql`delete from customer_interactions where customer_id = ${id}::uuid`,
    export: rowsOf(
      'customer_interactions',
      'id',
      'kind',
      'direction',
      'happened_at',
      'duration_minutes',
      'outcome',
      'text',
      'created_at',
    ),
  },
  sms_messages: {
    label: { en: 'SMS', tr: 'SMS’ler' },
    merge: moves('sms_messages'),
    erase: BY_JOB,
    export: rowsOf('sms_messages', 'id', 'phone', 'body', 'purpose', 'status', 'sent_at', 'delivered_at', 'created_at'),
  },
  appointment_series: {
    label: { en: 'Recurring appointments', tr: 'Tekrarlanan randevular' },
    merge: moves('appointment_series'),
    erase: (id) => sql`
      update appointment_series s set title = '', place = null, link = null, note = null, ended_at = coalesce(s.ended_at, c.erased_at)
      from customers c where c.id = ${id}::uuid and s.customer_id = c.id`,
    export: rowsOf(
      'appointment_series',
      'id',
      'title',
      'place',
      'link',
      'note',
      'rrule',
      'local_start',
      'time_zone',
      'created_at',
    ),
  },
  appointments: {
    label: { en: 'Appointments', tr: 'Randevular' },
    merge: moves('appointments'),
    // figures stay; what was to come is called off, and its time is free
    erase: (id) => sql`
      with coming as (
        select a.id, c.erased_at, coalesce(a.status in ('requested', 'approved') and a.starts_at > c.erased_at, false) as so
        from customers c join appointments a on a.customer_id = c.id where c.id = ${id}::uuid
      ), his as (
        update appointments a set title = '', place = null, link = null, note = null, status_reason = null, proposed_note = null,
          status = case when coming.so then 'cancelled' else a.status end, version = a.version + coming.so::int,
          status_changed_at = case when coming.so then coming.erased_at else a.status_changed_at end
        from coming where a.id = coming.id returning a.id
      )
      update appointment_reminder_sends s set status = 'dropped', reason = 'customer-erased' from his
      where s.appointment_id = his.id and s.status = 'planned'`,
    export: rowsOf(
      'appointments',
      'id',
      'title',
      'place',
      'link',
      'note',
      'starts_at',
      'ends_at',
      'time_zone',
      'status',
      'status_reason',
      'proposed_start_at',
      'proposed_end_at',
      'proposed_note',
      'created_at',
    ),
  },
};
