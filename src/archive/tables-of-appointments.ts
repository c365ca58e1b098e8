import type { Stays, Travel } from './travel.ts';

/** Bookings, and what is said about them; reports. */
export const tablesOfAppointments: Record<string, Travel | Stays> = {
  appointment_series: {
    in: 'organization',
    columns: `id organization_id customer_id consultant_id title place link note buffer_minutes requires_approval rrule local_start
      duration_minutes time_zone split_from_id expanded_until_at ended_at created_by_type created_at updated_at`,
    ids: 'created_by_id',
  },
  appointments: {
    in: 'organization',
    columns: `id organization_id series_id occurrence_at overrides customer_id consultant_id title place link note starts_at ends_at time_zone
      buffer_minutes status status_reason status_changed_at status_by_type requires_approval approved_at approved_by_type proposed_start_at
      proposed_end_at proposed_note proposed_at version created_by_type created_at updated_at deleted_at`,
    ids: 'status_by_id approved_by_id created_by_id',
    stay: 'busy',
  },
  appointment_reminders: {
    in: 'organization',
    columns: 'id organization_id appointment_id series_id channel minutes_before template_id language created_at',
  },
  appointment_reminder_sends: {
    in: 'organization',
    columns: `id organization_id appointment_id reminder_id version channel minutes_before template_id language due_at status reason message_id
      mail_id sms_id settled_at created_at`,
  },
  appointment_notices: {
    in: 'organization',
    columns: `id organization_id appointment_id version kind audience attempt user_id channel whole_series status reason message_id mail_id
      sms_id settled_at created_at`,
  },
  appointment_settings: {
    in: 'organization',
    columns: 'organization_id mail_customers remind_from_minute remind_until_minute updated_at',
  },
  skipped_occurrences: {
    in: 'organization',
    columns: 'organization_id series_id occurrence_at starts_at ends_at reason appointment_id created_at',
  },
  calendar_feeds: {
    in: 'platform',
    secret: true,
    columns: 'id organization_id consultant_id token_hash created_at last_read_at revoked_at',
  },
  reports: { never: 'files that expire; they are made again' },
  report_schedules: {
    in: 'organization',
    columns: 'user_id organization_id enabled kind format last_month created_at updated_at',
  },
};
