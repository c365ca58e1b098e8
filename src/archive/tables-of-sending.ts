import type { Stays, Travel } from './travel.ts';

/** Numbers, campaigns, messages, credits. */
export const tablesOfSending: Record<string, Travel | Stays> = {
  evolution_servers: {
    in: 'platform',
    columns: 'id url capacity enabled keeps_own_message_id created_at updated_at',
    stay: 'reachable version latency_ms checked_at reachable_since_at last_error last_error_at',
    secrets: { api_key: 'sealed' },
  },
  instances: {
    in: 'organization',
    columns: `id organization_id user_id evolution_server_id name status status_reason disconnect_code phone profile_name status_changed_at
      connected_at number_since_at checked_at compared_until_at compared_at created_at updated_at deleting_at deleted_at`,
    stay: `provider_name token webhook_secret_hash webhook_secret webhook_jwt_key qr_code qr_image qr_expires_at pairing_code provisioned_at
      connect_asked_at provider_event_at moving_to_server_id moving_since_at`,
  },
  lanes: {
    in: 'organization',
    columns: 'instance_id organization_id user_id next_allowed_at fence in_flight_message_id until_pause',
    stay: 'due_at lease_until_at',
  },
  lane_health: {
    in: 'organization',
    columns: `instance_id organization_id scope state reason since_at retry_at openings probe_message_id watch_from_at error_rate updated_at`,
  },
  credit_accounts: {
    in: 'organization',
    columns: 'user_id organization_id settled_credits unsettled_credits held_credits updated_at',
    stay: 'available_credits',
  },
  credit_holds: {
    in: 'organization',
    columns: `id organization_id user_id campaign_id message_id sms_id status held_credits captured_credits released_credits settled_credits
      created_at settled_at`,
  },
  credit_transactions: {
    in: 'organization',
    columns: `id organization_id user_id type amount_credits balance_after_credits campaign_id message_id sms_id transfer_id round note created_by
      sequence created_at`,
  },
  held_samples: { in: 'platform', columns: 'id organization_id user_id sampled_at held_credits' },
  presence_peaks: { in: 'platform', columns: 'id organization_id day user_count reached_at' },
  ledger_proofs: { in: 'platform', columns: 'id proved_at accounts differences' },
  campaigns: {
    in: 'organization',
    columns: `id organization_id user_id channel name status status_reason instance_id text variants media_ids messages_per_recipient excluded
      delay_min_seconds delay_max_seconds start_at next_run_at valid_until_at identity_id email_content_id track_opens track_clicks
      reputation_mark template_id template_version operator_note operator_hold request_id created_at updated_at started_at ended_at settled_at`,
    ids: 'plan audience',
  },
  campaign_progress: {
    in: 'organization',
    columns: `campaign_id organization_id queued_count sending_count sent_count delivered_count read_count failed_count skipped_count
      unknown_count`,
  },
  campaign_recipients: {
    in: 'organization',
    columns: `id organization_id campaign_id customer_id position name address variables status status_reason next_part spent_credits bucket cold
      updated_at replied_at batch consent_id attempt refusals next_attempt_at dispatched_at provider_message_id error_code sent_at delivered_at
      opened_at clicked_at bounced_at complained_at unsubscribed_at`,
    after: ['campaigns', 'customers'],
  },
  campaign_recalls: {
    in: 'organization',
    columns: `id organization_id user_id campaign_id instance_id status sent_after_at reached_at reached_id total_count recalled_count
      failed_count created_at updated_at ended_at`,
  },
  messages: {
    in: 'organization',
    columns: `id organization_id user_id direction instance_id campaign_id recipient_id customer_id part purpose in_reply_to conversation_id
      said_at typed_on_phone attachment_status edited_at recalled_at answers_campaign_id answers_recipient_id waits_until_at kind address body
      media_id status status_reason fence attempt round wanted_provider_id provider_message_id claimed_at cold dispatched_at sent_at acked_at
      delivered_at read_at failed_at reconcile_at reconcile_tries captured_at refunded_at request_id created_at updated_at`,
    ids: 'content',
  },
  conversations: {
    in: 'organization',
    columns: `id organization_id instance_id customer_id phone lid profile_name status assignee_id unread_count last_inbound_at
      last_message_id last_message_at search_text created_at updated_at`,
  },
  conversation_notes: {
    in: 'organization',
    columns: 'id organization_id conversation_id user_id body created_at updated_at',
  },
  lids: { in: 'organization', columns: 'organization_id lid phone learnt_at' },
  sms_messages: {
    in: 'organization',
    columns: `id organization_id user_id customer_id phone body purpose reference_type reference_id encoding segments cost_credits status
      status_reason carrier provider_message_id attempt due_at not_after_at lease_until_at dispatched_at sent_at delivered_at failed_at
      reconcile_at reconcile_tries captured_at refunded_at created_at updated_at`,
  },
  number_checks: { in: 'platform', columns: 'phone on_whatsapp jid checked_at' },
  instance_leftovers: { never: 'on that server’s WhatsApp servers' },
  sent_tallies: { never: 'counted within a minute' },
  early_acks: { never: 'news of the last minutes' },
  early_amendments: { never: 'news of the last minutes' },
  sent_sightings: { never: 'news of the last minutes' },
  refused_attempts: { never: 'of messages on their way' },
  inbound_events: { never: 'a queue' },
  sms_reports: { never: 'news of the last minutes' },
  sandbox_sms: { never: 'nobody gets them' },
};
