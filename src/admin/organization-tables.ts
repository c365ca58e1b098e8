import { type SQL, sql } from 'drizzle-orm';

/** How the rows of a table that are an organization's are found: the ways that have an index first, and always by the organization itself. */
export type ErasedTable = { table: string; ways?: ((organizationId: string) => SQL)[]; atOnce?: number };

const ofCampaigns = (id: string): SQL =>
  sql`campaign_id in (select id from campaigns where organization_id = ${id}::uuid)`;
const ofCustomers = (id: string): SQL =>
  sql`customer_id in (select id from customers where organization_id = ${id}::uuid)`;
const ofMedia = (id: string): SQL => sql`media_id in (select id from media where organization_id = ${id}::uuid)`;

/** Deleting them locks campaign_recipients, which everybody writes to. */
const FEW = 200;

/** What an organization has, in the order in which nothing points at what goes; rows that hang on another by a foreign key go with it. */
export const erasedTables: ErasedTable[] = [
  { table: 'webhook_events' },
  { table: 'webhook_attempts' },
  { table: 'webhook_deliveries' },
  { table: 'webhook_replays' },
  { table: 'webhook_endpoints' },
  { table: 'live_events' },
  { table: 'inbound_events' },
  { table: 'email_hits', ways: [ofCampaigns] },
  { table: 'campaign_recipients', ways: [ofCampaigns] },
  { table: 'received_files', ways: [ofMedia] },
  {
    table: 'messages',
    ways: [
      ofCustomers,
      ofCampaigns,
      (id) => sql`said_at is not null and organization_id = ${id}::uuid`,
      (id) => sql`sent_at is not null and organization_id = ${id}::uuid`,
    ],
  },
  { table: 'sent_tallies' },
  { table: 'conversation_notes' },
  { table: 'conversations' },
  { table: 'lids' },
  { table: 'sms_messages' },
  { table: 'campaign_recalls', ways: [ofCampaigns] },
  { table: 'campaign_progress', ways: [ofCampaigns] },
  { table: 'email_batches', ways: [ofCampaigns] },
  { table: 'subject_tests', ways: [ofCampaigns] },
  { table: 'campaigns', atOnce: FEW },
  { table: 'email_contents' },
  { table: 'identity_provider_days' },
  { table: 'identity_days' },
  { table: 'sending_identities' },
  { table: 'appointment_reminder_sends' },
  { table: 'appointment_reminders' },
  { table: 'appointment_notices' },
  { table: 'appointments', ways: [ofCustomers] },
  { table: 'skipped_occurrences' },
  { table: 'appointment_series' },
  { table: 'appointment_settings' },
  { table: 'calendar_feeds' },
  { table: 'days_off' },
  { table: 'working_hours' },
  { table: 'customer_files', ways: [ofCustomers] },
  { table: 'consents', ways: [ofCustomers] },
  { table: 'customer_addresses', ways: [ofCustomers] },
  { table: 'customer_interactions', ways: [ofCustomers] },
  { table: 'group_members', ways: [ofCustomers] },
  { table: 'customers', atOnce: FEW },
  { table: 'suppressions' },
  { table: 'groups' },
  { table: 'segments' },
  { table: 'custom_fields' },
  { table: 'customer_import_rejects' },
  { table: 'customer_imports' },
  { table: 'template_media' },
  { table: 'template_versions' },
  { table: 'templates' },
  { table: 'media' },
  { table: 'stored_contents' },
  { table: 'report_schedules' },
  { table: 'reports' },
  { table: 'archive_exports' },
  { table: 'archive_imports' },
  { table: 'mails' },
  { table: 'invitations' },
  { table: 'instance_leftovers' },
  { table: 'lane_health' },
  { table: 'lanes' },
  { table: 'instances' },
  { table: 'user_settings' },
  { table: 'presence_peaks' },
];

/** What stays of a deleted organization, and why. */
export const keptTables: Record<string, string> = {
  credit_accounts: 'the ledger is kept for ten years (Turkish Commercial Code, art. 82), without names',
  credit_holds: 'part of the ledger',
  credit_transactions: 'the statement is append-only and kept for ten years',
  held_samples: 'figures of the ledger',
  activities: 'the audit trail ends by its own retention',
  user_deletions: 'the proof that it was done',
  members: 'gone at once, when the deletion begins',
  log_lines: 'the log ends by its own retention',
  loose_media: 'what the job that deletes bytes still has to look at',
  discarded_contents: 'keys whose bytes are about to be deleted',
};
