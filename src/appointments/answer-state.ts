import type { AnswerState } from './answer-page.ts';
import { editionOf } from './appointment-token.ts';
import type { Appointment } from './read-appointment-facts.ts';

/** What whoever has a link to this edition of an appointment can do with it now. */
export function answerState(appointment: Appointment, edition: number, now: Date): AnswerState {
  const { status, startsAt, deletedAt } = appointment;
  if (deletedAt !== null || status === 'cancelled') return 'cancelled';
  if (status === 'declined') return 'declined';
  if (editionOf(appointment) !== edition) return 'moved';
  if (startsAt <= now || status === 'done' || status === 'no-show') return 'past';
  return status === 'requested' ? 'ask' : 'approved';
}
