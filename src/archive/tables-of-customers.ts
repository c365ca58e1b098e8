import type { Stays, Travel } from './travel.ts';

/** Who is written to, and what is known about him. */
export const tablesOfCustomers: Record<string, Travel | Stays> = {
  customers: {
    in: 'organization',
    columns: `id organization_id first_name last_name phone email country_code source consultant_id tags city language birthday custom_fields
      note search_text last_contacted_at last_contacted_channel created_by_type email_consent_id whatsapp_consent_id sms_consent_id
      created_at updated_at deleted_at erased_at merged_into_id`,
    ids: 'created_by_id',
    stay: 'birthday_day name_key',
  },
  customer_addresses: {
    in: 'organization',
    columns: 'id organization_id customer_id kind address label is_primary created_at deleted_at',
    stay: 'hash',
  },
  custom_fields: {
    in: 'organization',
    columns: 'id organization_id key label type options position created_at updated_at deleted_at',
  },
  segments: {
    in: 'organization',
    columns: 'id organization_id name created_by created_at updated_at',
    ids: 'filter',
  },
  groups: { in: 'organization', columns: 'id organization_id name created_at updated_at' },
  group_members: { in: 'organization', columns: 'group_id customer_id organization_id created_at' },
  consents: {
    in: 'organization',
    columns: `id organization_id customer_id channel purpose state source wording address_hash given_at actor_type ip created_at`,
    ids: 'actor_id evidence',
  },
  suppressions: {
    in: 'organization',
    columns: `id organization_id phone email phone_hash email_hash level scope reason expires_at created_by created_at`,
    ids: 'evidence',
  },
  customer_interactions: {
    in: 'organization',
    columns: `id organization_id customer_id user_id kind direction happened_at duration_minutes outcome text created_at updated_at`,
  },
  customer_imports: { never: 'a file on its way in; what came of it is among the customers' },
  customer_import_rejects: { never: 'rows of a file that expires' },
  stored_contents: {
    in: 'organization',
    columns: 'organization_id sha256 created_at',
    stay: 'storage_key thumbnail_key',
  },
  media: {
    in: 'organization',
    columns: `id organization_id user_id kind mime_type size_bytes sha256 file_name voice_note duration_seconds in_library created_at`,
    stay: 'storage_key',
    after: ['stored_contents'],
  },
  loose_media: { in: 'organization', columns: 'media_id organization_id due_at', after: ['media'] },
  discarded_contents: { never: 'bytes of that server’s own storage' },
  customer_files: {
    in: 'organization',
    columns: `id organization_id customer_id media_id kind name tags tag_keys search_text user_id message_id filed_at created_at updated_at`,
  },
  received_files: { in: 'organization', columns: 'message_id organization_id media_id filing created_at' },
  working_hours: { in: 'organization', columns: 'id organization_id consultant_id weekday start_minute end_minute' },
  days_off: {
    in: 'organization',
    columns: `id organization_id consultant_id from_date to_date start_minute end_minute reason created_at updated_at`,
  },
};
