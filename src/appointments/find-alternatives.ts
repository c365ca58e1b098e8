import type { OrgContext } from '#src/context.ts';
import { addMinutes, minutesBetween, type Span } from './appointment.ts';
import { freeSlots } from './free-slots.ts';
import { openTimes } from './open-times.ts';
import { readBusy } from './read-busy.ts';
import { readWorkingCalendar } from './read-working-calendar.ts';
import { instantOf, wallOf } from './wall-clock.ts';

/** What is to be put somewhere else: one appointment, or all those of a series together. */
export type Homeless = {
  consultantId: string | null;
  /** In order. */
  occurrences: Span[];
  timeZone: string;
  bufferMinutes: number;
  /** Those that make room by being moved. */
  ids?: string[];
};

const DAY_MINUTES = 1440;
const [DAYS_BEFORE, DAYS_AFTER] = [3, 14];
const STEP_MINUTES = 15;
const MOST = 5;

/**
 * Up to five free times for the first one, the nearest first: in working hours, not in the past, and such that all the
 * others, moved along on the wall clock, are free as well.
 */
export async function findAlternatives(ctx: OrgContext, homeless: Homeless): Promise<Span[]> {
  const { consultantId, occurrences, timeZone, bufferMinutes } = homeless;
  if (consultantId === null) return [];
  const [first, last] = [occurrences[0]!, occurrences.at(-1)!];
  const now = ctx.clock.now();
  const earliest = addMinutes(first.startsAt, -DAYS_BEFORE * DAY_MINUTES);
  const from = earliest > now ? earliest : now;
  const around = first.startsAt > now ? first.startsAt : now;
  const to = addMinutes(around, DAYS_AFTER * DAY_MINUTES);
  const calendar = await readWorkingCalendar(ctx, consultantId, from, to);
  const until = addMinutes(last.endsAt > to ? last.endsAt : to, (DAYS_AFTER + 2) * DAY_MINUTES);
  const busy = await readBusy(ctx, consultantId, from, until, homeless.ids);
  const durationMinutes = minutesBetween(first.startsAt, first.endsAt);
  const open = openTimes(calendar, from, to).flatMap((span) => cut(span, from));
  const distance = (slot: Span) => Math.abs(slot.startsAt.getTime() - first.startsAt.getTime());
  const slots = freeSlots(open, busy, { durationMinutes, bufferMinutes, stepMinutes: STEP_MINUTES })
    .filter((slot) => distance(slot) > 0)
    .sort((a, b) => distance(a) - distance(b));
  const walls = occurrences.map(({ startsAt }) => wallOf(startsAt, timeZone));
  const found: Span[] = [];
  for (const slot of slots) {
    if (found.length === MOST) break;
    const by = wallOf(slot.startsAt, timeZone) - walls[0]!;
    const moved = walls.slice(1).map((wall) => instantOf(wall + by, timeZone));
    if (moved.every((at) => isFree(busy, at, addMinutes(at, durationMinutes + bufferMinutes)))) found.push(slot);
  }
  return found;
}

const cut = ({ startsAt, endsAt }: Span, from: Date): Span[] =>
  endsAt <= from ? [] : [{ startsAt: startsAt > from ? startsAt : from, endsAt }];

/** Of ordered spans without overlaps, by halving. */
function isFree(busy: Span[], startsAt: Date, endsAt: Date): boolean {
  let [low, high] = [0, busy.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (busy[middle]!.endsAt <= startsAt) low = middle + 1;
    else high = middle;
  }
  return busy[low] === undefined || busy[low]!.startsAt >= endsAt;
}
