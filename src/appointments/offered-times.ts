import { DateTime } from 'luxon';
import type { OrgContext } from '#src/context.ts';
import { addMinutes, minutesBetween, type Span } from './appointment.ts';
import { listAvailability } from './list-availability.ts';
import type { Appointment } from './read-appointment-facts.ts';

/** Nobody can be there at once. */
const NOTICE_MINUTES = 120;
const DAYS = 21;
const STEP_MINUTES = 30;

/** When it could be instead: the free times of its consultant in the next weeks; none where there is no consultant. */
export async function offeredTimes(ctx: OrgContext, appointment: Appointment): Promise<Span[]> {
  const { consultantId, startsAt, endsAt, bufferMinutes } = appointment;
  if (consultantId === null) return [];
  const from = addMinutes(ctx.clock.now(), NOTICE_MINUTES);
  const durationMinutes = minutesBetween(startsAt, endsAt);
  const to = addMinutes(from, DAYS * 1440);
  const { slots } = await listAvailability(ctx, {
    consultantId,
    from,
    to,
    durationMinutes,
    bufferMinutes,
    stepMinutes: STEP_MINUTES,
  });
  return slots;
}

const MOST_DAYS = 5;
const MOST_A_DAY = 3;

/** As many as fit on a phone: a few days, and of each the morning, the middle and the end. */
export function chooseOffered(slots: Span[], timeZone: string): Span[] {
  const days = Map.groupBy(slots, ({ startsAt }) => DateTime.fromJSDate(startsAt, { zone: timeZone }).toISODate());
  return [...days.values()].slice(0, MOST_DAYS).flatMap((day) => {
    if (day.length <= MOST_A_DAY) return day;
    return [day[0]!, day[Math.floor(day.length / 2)]!, day.at(-1)!];
  });
}
