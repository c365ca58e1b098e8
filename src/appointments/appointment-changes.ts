import { changesOf } from '#src/accounts/changes-of.ts';
import { invalid } from '#src/platform/problem.ts';
import { type Appointment, minutesBetween, type OccurrenceField, type Reminder } from './appointment.ts';
import { requireLength } from './draft-booking.ts';

/** Undefined: stays as it is. */
export type Changes = {
  startsAt?: Date | undefined;
  /** Undefined where the start is given: as long as before. */
  endsAt?: Date | undefined;
  timeZone?: string | undefined;
  consultantId?: string | null | undefined;
  title?: string | undefined;
  place?: string | null | undefined;
  link?: string | null | undefined;
  note?: string | null | undefined;
  bufferMinutes?: number | undefined;
  requiresApproval?: boolean | undefined;
  reminders?: Reminder[] | undefined;
};

export type Fields = Pick<
  Appointment,
  | 'startsAt'
  | 'endsAt'
  | 'timeZone'
  | 'consultantId'
  | 'title'
  | 'place'
  | 'link'
  | 'note'
  | 'bufferMinutes'
  | 'requiresApproval'
>;

/** What an appointment becomes, and which of its fields are different then. Throws `invalid-request` for a time that is none. */
export function applyChanges(before: Fields, changes: Changes): { after: Fields; changed: OccurrenceField[] } {
  const length = before.endsAt.getTime() - before.startsAt.getTime();
  const startsAt = changes.startsAt ?? before.startsAt;
  const endsAt = changes.endsAt ?? new Date(startsAt.getTime() + length);
  const { reminders: _, ...given } = changes;
  const defined = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const after: Fields = { ...pick(before), ...defined, startsAt, endsAt };
  requireLength(after);
  return { after, changed: [...differences(before, after), ...(changes.reminders ? (['reminders'] as const) : [])] };
}

export const pick = (row: Fields): Fields => {
  const { startsAt, endsAt, timeZone, consultantId, title, place, link, note, bufferMinutes, requiresApproval } = row;
  return { startsAt, endsAt, timeZone, consultantId, title, place, link, note, bufferMinutes, requiresApproval };
};

const columns: Record<Exclude<OccurrenceField, 'reminders'>, (keyof Fields)[]> = {
  time: ['startsAt', 'endsAt', 'timeZone'],
  consultant: ['consultantId'],
  title: ['title'],
  place: ['place'],
  link: ['link'],
  note: ['note'],
  buffer: ['bufferMinutes'],
  approval: ['requiresApproval'],
};
const fields = Object.keys(columns) as (keyof typeof columns)[];

const plain = (value: unknown) => (value instanceof Date ? value.getTime() : value);

export const differences = (before: Fields, after: Fields): (keyof typeof columns)[] =>
  fields.filter((field) => columns[field].some((column) => plain(before[column]) !== plain(after[column])));

/** For the audit trail. */
export const saidOfChange = (before: Appointment, after: Appointment) =>
  changesOf(before, after, [...Object.values(columns).flat(), 'status']);

/** `mine` with what `fields` name taken from `theirs`. */
export function take(mine: Fields, theirs: Fields, names: OccurrenceField[]): Fields {
  const taken = names.flatMap((name) => (name === 'reminders' ? [] : columns[name]));
  return { ...mine, ...Object.fromEntries(taken.map((column) => [column, theirs[column]])) };
}

/** Whether reminders, invitations or calendars have to follow. */
export const isTold = (changed: OccurrenceField[]): boolean =>
  changed.some((field) => field !== 'note' && field !== 'buffer');

/** Whether somebody else may be in its way now. */
export const needsRoom = (changed: OccurrenceField[]): boolean =>
  changed.some((field) => field === 'time' || field === 'consultant' || field === 'buffer');

/** Who agreed to another time, or to no asking, is asked (again); who asked for this very time is not. */
export function approvalAfter(before: Appointment, after: Fields, changed: OccurrenceField[]): Partial<Appointment> {
  const moved = changed.includes('time');
  const cleared = moved ? { proposedStartAt: null, proposedEndAt: null, proposedNote: null, proposedAt: null } : {};
  const wished =
    moved &&
    before.proposedStartAt?.getTime() === after.startsAt.getTime() &&
    before.proposedEndAt?.getTime() === after.endsAt.getTime();
  if (wished && ['requested', 'approved'].includes(before.status))
    return {
      ...cleared,
      status: 'approved',
      approvedAt: before.proposedAt,
      approvedByType: 'customer',
      approvedById: before.customerId,
    };
  const asked = after.requiresApproval && (moved || changed.includes('approval'));
  if (before.status === 'approved' && asked)
    return { ...cleared, status: 'requested', approvedAt: null, approvedByType: null, approvedById: null };
  if (before.status === 'requested' && !after.requiresApproval) return { ...cleared, status: 'approved' };
  return cleared;
}

export const requireVersion = (before: Appointment, version: number | undefined): void => {
  if (version === undefined || version === before.version) return;
  throw invalid('version', {
    en: `It was changed meanwhile: it is at version ${before.version} now`,
    tr: `Bu arada değiştirildi: şu anki sürümü ${before.version}`,
  });
};

export const durationOf = ({ startsAt, endsAt }: Fields): number => minutesBetween(startsAt, endsAt);
