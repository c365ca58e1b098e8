import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { ArchiveFault } from './archive-fault.ts';
import { ownedTables, pointersOf, travellingTables } from './tables.ts';

/** Columns that point without a foreign key. */
const pointing: Record<string, string> = {
  answers_campaign_id: 'campaigns',
  answers_recipient_id: 'campaign_recipients',
  appointment_id: 'appointments',
  campaign_id: 'campaigns',
  consent_id: 'consents',
  conversation_id: 'conversations',
  customer_id: 'customers',
  email_consent_id: 'consents',
  email_content_id: 'email_contents',
  identity_id: 'sending_identities',
  in_flight_message_id: 'messages',
  instance_id: 'instances',
  last_message_id: 'messages',
  mail_id: 'mails',
  media_id: 'media',
  merged_into_id: 'customers',
  message_id: 'messages',
  probe_message_id: 'messages',
  recipient_id: 'campaign_recipients',
  sms_consent_id: 'consents',
  sms_id: 'sms_messages',
  template_id: 'templates',
  whatsapp_consent_id: 'consents',
};
const people = new Set(['user_id', 'consultant_id', 'assignee_id', 'created_by', 'inviter_id']);

/** What platform admins did, and what the trail said before. */
const OF_ADMINS = sql`(f.xmin <> pg_current_xact_id()::xid or exists (select from users where id = f.user_id and role = 'admin'))`;

/** Throws `points-outside` when a row of the organization points at another's row, or names another's user. */
export async function findStrays({ db }: AppContext, organizationId: string): Promise<void> {
  for (const { name, columns } of travellingTables.filter((table) => table.hasOwner)) {
    const keys = new Map(pointersOf(name).map(({ column, to }) => [column, to]));
    for (const { name: column, type } of columns) {
      if (type !== 'uuid') continue;
      const to = keys.get(column) ?? pointing[column];
      const isPerson = people.has(column);
      if (!isPerson && (!to || !ownedTables.includes(to))) continue;
      const [from, at] = [sql.raw(`"${name}"`), sql.raw(`"${column}"`)];
      const target = isPerson
        ? sql`join members p on p.user_id = f.${at}`
        : sql`join ${sql.raw(`"${to}"`)} p on p.${sql.raw(keyOf(to!))} = f.${at}`;
      const excused = name === 'activities' ? OF_ADMINS : sql`false`;
      const [stray] = await db.execute(sql`
        select 1 from ${from} f ${target} where f.organization_id = ${organizationId}::uuid and p.organization_id <> ${organizationId}::uuid
          and not ${excused} limit 1`);
      if (stray) throw new ArchiveFault('points-outside', `tables/${name}.ndjson ${column}`);
    }
  }
}

const keyOf = (table: string): string => travellingTables.find(({ name }) => name === table)?.key[0] ?? 'id';
