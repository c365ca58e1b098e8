import type { Stays, Travel } from './travel.ts';

const OWN_USERS = `select user_id from members where organization_id = $1
  union select user_id from credit_accounts where organization_id = $1
  union select user_id from campaigns where organization_id = $1
  union select user_id from instances where organization_id = $1
  union select user_id from user_settings where organization_id = $1
  union select inviter_id from invitations where organization_id = $1`;

/** Who there is, what he may, what he did. */
export const tablesOfAccounts: Record<string, Travel | Stays> = {
  organizations: {
    in: 'organization',
    columns: `id name slug logo default_region opt_out_words unknown_policy reply_days email_window mail_tracking address phone website
      working_hours map_url templates_provided_at created_at deleted_at metadata`,
    where: 'id = $1',
  },
  users: {
    in: 'organization',
    columns: 'id name email email_verified image role banned ban_reason ban_expires created_at updated_at deleted_at',
    where: `id in (${OWN_USERS})`,
  },
  user_figures: {
    in: 'organization',
    columns: 'user_id last_seen_at sent_month sent_count',
    stay: 'search_text name_key',
    where: `user_id in (${OWN_USERS})`,
  },
  members: { in: 'organization', columns: 'id organization_id user_id role created_at' },
  invitations: {
    in: 'organization',
    columns: 'id organization_id email role status inviter_id expires_at created_at',
  },
  user_settings: {
    in: 'organization',
    columns: `user_id organization_id time_zone locale window_start_minute window_end_minute window_days delay_min_seconds delay_max_seconds
      daily_cap pacing mail_campaign_finished mail_appointments low_credits updated_at`,
  },
  credentials: {
    in: 'platform',
    secret: true,
    columns: `id user_id account_id provider_id access_token refresh_token id_token access_token_expires_at refresh_token_expires_at scope
      password created_at updated_at`,
  },
  api_keys: {
    in: 'platform',
    secret: true,
    columns: `id config_id name start prefix key reference_id refill_interval refill_amount last_refill_at enabled rate_limit_enabled
      rate_limit_time_window rate_limit_max request_count remaining last_request expires_at permissions metadata created_at updated_at`,
  },
  activities: {
    in: 'organization',
    columns: 'id organization_id user_id actor_type verb subject_type impersonator_id address request_id created_at',
    ids: 'actor_id subject_id details changes',
  },
  platform_settings: {
    in: 'platform',
    columns: `id window_start_minute window_end_minute window_days check_numbers mail_guard delay_floor_seconds new_users new_organizations prices
      retention media features version updated_at`,
  },
  platform_settings_versions: {
    in: 'platform',
    columns: 'version settings changes restored_version user_id created_at',
  },
  // one that runs goes on where it comes to
  user_deletions: {
    in: 'platform',
    columns: `id organization_id user_id scope status step user_ids done_steps total_steps counts requested_by created_at updated_at ended_at`,
  },
  sessions: { never: 'whoever comes signs in' },
  verifications: { never: 'links in mails that were sent from there' },
  rate_limits: { never: 'counters of minutes' },
  idempotency_keys: { never: 'answers of the last day' },
  countries: { never: 'ISO 3166-1: they are everywhere' },
  log_lines: { never: 'the log of that server' },
  error_groups: { never: 'what its log tells of errors' },
  live_events: { never: 'of the last hour' },
  archive_exports: { never: 'archives are not put into archives' },
  archive_imports: { never: 'archives are not put into archives' },
};
