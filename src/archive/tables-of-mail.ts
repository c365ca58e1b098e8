import type { Stays, Travel } from './travel.ts';

/** Mail, templates, and what endpoints are told. */
export const tablesOfMail: Record<string, Travel | Stays> = {
  sending_identities: {
    in: 'organization',
    columns: `id organization_id from_name from_email domain reply_to trade_name contact carrier dkim_selector dkim_public_key status
      status_reason records warm_up_since provider_warm_up checked_at verified_at created_at updated_at deleted_at`,
    secrets: { smtp_url_sealed: 'sealed', dkim_key_sealed: 'sealed' },
  },
  identity_days: { in: 'organization', columns: 'identity_id organization_id day sent_count' },
  identity_provider_days: { in: 'organization', columns: 'identity_id organization_id day provider sent_count' },
  email_contents: {
    in: 'organization',
    columns: 'id organization_id language subject other_subject preheader html plain links size_bytes created_at',
    ids: 'source',
  },
  email_batches: {
    in: 'organization',
    columns: 'campaign_id batch organization_id due_at fence',
    stay: 'leased_by lease_until_at',
  },
  email_hits: {
    in: 'organization',
    columns: 'organization_id campaign_id recipient_id link automated user_agent hit_at judged_at',
    stay: 'id',
  },
  subject_tests: {
    in: 'organization',
    columns: 'campaign_id organization_id share_percent winner_by after_minutes decide_at winner decided_at',
  },
  mails: {
    in: 'organization',
    columns:
      'id organization_id kind language address status status_reason attempts once_key dispatched_at sent_at created_at',
    stay: 'data',
  },
  templates: {
    in: 'organization',
    columns: `id organization_id channel language category name shortcut shortcut_key provided_key version search_text created_at updated_at`,
  },
  template_versions: {
    in: 'organization',
    columns: `organization_id template_id number name language category shortcut subject preheader text media_ids variables user_id created_at`,
    ids: 'source',
  },
  template_media: { in: 'organization', columns: 'organization_id template_id media_id' },
  webhook_endpoints: {
    in: 'organization',
    columns: `id organization_id url description events enabled disabled_reason disabled_at failures_in_row failing_since_at last_success_at slow
      paused_until_at created_at updated_at deleted_at`,
    secrets: { secret_sealed: 'sealed' },
    stay: 'previous_secret_sealed previous_secret_until_at ping_until_at leased_by lease_until_at turn_at',
  },
  webhook_events: { never: 'the log of what endpoints were told' },
  webhook_deliveries: { never: 'a queue, and its log' },
  webhook_attempts: { never: 'a log' },
  webhook_replays: { never: 'a queue' },
  carrier_events: { never: 'a queue' },
  carrier_rates: { never: 'how fast that server’s carriers take mail just now' },
  sandbox_mails: { never: 'nobody gets them' },
};
