import type {
  appointmentReminders,
  appointmentSeries,
  appointmentStatuses,
  appointments,
  occurrenceFields,
  reminderChannels,
  skippedOccurrences,
} from '#src/db/schema/appointments.ts';

export type Appointment = typeof appointments.$inferSelect;
export type Series = typeof appointmentSeries.$inferSelect;
export type Skipped = typeof skippedOccurrences.$inferSelect;
export type AppointmentStatus = (typeof appointmentStatuses)[number];
export type OccurrenceField = (typeof occurrenceFields)[number];
export type ReminderRow = typeof appointmentReminders.$inferSelect;

/** Which of a series an edit is about. Of a single appointment they all mean the same. */
export const scopes = ['this', 'this-and-following', 'all'] as const;
export type Scope = (typeof scopes)[number];

export type Reminder = {
  channel: (typeof reminderChannels)[number];
  minutesBefore: number;
  templateId: string | null;
  language: 'tr' | 'en' | null;
};

export const limits = {
  title: 200,
  place: 300,
  link: 2000,
  note: 5000,
  reason: 500,
  minutes: 7 * 1440,
  bufferMinutes: 1440,
  reminders: 10,
  minutesBefore: 60 * 1440,
} as const;

/** How far ahead a series is booked, and how many of its occurrences at once. */
export const HORIZON_DAYS = 730;
export const MOST_OCCURRENCES = 500;

export type Step = 'approve' | 'decline' | 'cancel' | 'done' | 'no-show';
type Transition = {
  to: AppointmentStatus;
  from: AppointmentStatus[];
  /** Only of what has begun. */
  begun?: true;
};

/** Every way from one status to another. Whoever is there already stays, and nothing happened. */
export const transitions: Record<Step, Transition> = {
  approve: { to: 'approved', from: ['requested', 'declined', 'cancelled'] },
  decline: { to: 'declined', from: ['requested', 'approved'] },
  cancel: { to: 'cancelled', from: ['requested', 'approved'] },
  done: { to: 'done', from: ['requested', 'approved', 'no-show'], begun: true },
  'no-show': { to: 'no-show', from: ['requested', 'approved', 'done'], begun: true },
};

const MINUTE = 60_000;
export const addMinutes = (at: Date, minutes: number): Date => new Date(at.getTime() + minutes * MINUTE);
export const minutesBetween = (from: Date, to: Date): number => Math.round((to.getTime() - from.getTime()) / MINUTE);

/** A piece of time. */
export type Span = { startsAt: Date; endsAt: Date };
