import type { OrgContext } from '#src/context.ts';
import { requireConsultant } from '#src/customers/require-consultant.ts';
import { invalid } from '#src/platform/problem.ts';
import { addMinutes, type Span } from './appointment.ts';
import { freeSlots } from './free-slots.ts';
import { openTimes, type WorkingCalendar } from './open-times.ts';
import { readBusy } from './read-busy.ts';
import { readWorkingCalendar } from './read-working-calendar.ts';

export type AvailabilityInput = {
  consultantId: string;
  from: Date;
  to: Date;
  durationMinutes: number;
  bufferMinutes: number;
  stepMinutes: number;
};
export type Availability = Pick<WorkingCalendar, 'timeZone' | 'hoursOf'> & { slots: Span[] };

const MOST_MINUTES = 31 * 1440;

/** Where an appointment of that length still fits between two instants: in working hours, on no day off, and not in the past. */
export async function listAvailability(ctx: OrgContext, input: AvailabilityInput): Promise<Availability> {
  const { consultantId, to } = input;
  await requireConsultant(ctx, consultantId);
  if (to <= input.from) throw invalid('to', { en: 'Must be later than `from`', tr: '`from` değerinden sonra olmalı' });
  if (to > addMinutes(input.from, MOST_MINUTES))
    throw invalid('to', { en: 'At most 31 days after `from`', tr: '`from` değerinden en çok 31 gün sonra' });
  const now = ctx.clock.now();
  const from = input.from > now ? input.from : now;
  const calendar = await readWorkingCalendar(ctx, consultantId, from, to);
  const open = openTimes(calendar, from, to).map(({ startsAt, endsAt }) => ({
    startsAt: startsAt > from ? startsAt : from,
    endsAt: endsAt < to ? endsAt : to,
  }));
  const busy = await readBusy(ctx, consultantId, from, addMinutes(to, input.bufferMinutes + 1));
  return { timeZone: calendar.timeZone, hoursOf: calendar.hoursOf, slots: freeSlots(open, busy, input) };
}
