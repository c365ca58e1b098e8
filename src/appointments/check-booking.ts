import type { OrgContext } from '#src/context.ts';
import { addMinutes, type Span } from './appointment.ts';
import { type Booking, type Draft, draftBooking, wantedBy } from './draft-booking.ts';
import { findAlternatives } from './find-alternatives.ts';
import { type Conflict, findConflicts, findCustomerConflicts } from './find-conflicts.ts';
import { type DayOff, isWithin, overlaps, timesOff, workingTimes } from './open-times.ts';
import { readWorkingCalendar } from './read-working-calendar.ts';

export type Verdict = {
  occurrences: Span[];
  conflicts: Conflict[];
  /** Of a consultant whose hours somebody has set. */
  outsideWorkingHours: Span[];
  daysOff: (Span & { dayOff: DayOff })[];
  customerConflicts: Conflict[];
  /** Only where something speaks against it. */
  alternatives: Span[];
};

/** What speaks against a booking, all of it at once. Books nothing. */
export async function checkBooking(ctx: OrgContext, booking: Booking, movedId?: string): Promise<Verdict> {
  const draft = await draftBooking(ctx, booking);
  const wanted = wantedBy(draft).map((one) => ({ ...one, id: movedId }));
  const conflicts = await findConflicts(ctx, wanted);
  const customerConflicts = await findCustomerConflicts(ctx, wanted);
  const hours = await judgeHours(ctx, draft);
  const trouble = [conflicts, customerConflicts, hours.outsideWorkingHours, hours.daysOff].some((list) => list.length);
  const alternatives = trouble ? await findAlternatives(ctx, { ...draft, ids: movedId ? [movedId] : [] }) : [];
  return { occurrences: draft.occurrences, conflicts, customerConflicts, ...hours, alternatives };
}

async function judgeHours(ctx: OrgContext, { consultantId, occurrences }: Draft) {
  if (consultantId === null) return { outsideWorkingHours: [], daysOff: [] };
  const calendar = await readWorkingCalendar(ctx, consultantId, occurrences[0]!.startsAt, occurrences.at(-1)!.endsAt);
  const near = ({ startsAt, endsAt }: Span) => [addMinutes(startsAt, -1), addMinutes(endsAt, 1)] as const;
  const known = calendar.hoursOf !== 'default';
  return {
    outsideWorkingHours: occurrences.filter((span) => known && !isWithin(span, workingTimes(calendar, ...near(span)))),
    daysOff: occurrences.flatMap((span) =>
      timesOff(calendar, ...near(span))
        .filter((off) => overlaps(span, off))
        .map(({ dayOff }) => ({ ...span, dayOff })),
    ),
  };
}
