import { DateTime, type IANAZone } from 'luxon';

const DAY_MS = 86_400_000;
/** No clock is changed twice in so short a time. */
const STEP_MS = 7 * DAY_MS;
const EARLIEST = '19700101T000000';

type Observance = { startsAt: string; before: number; after: number; isDst: boolean; name: string };

/**
 * A VTIMEZONE (RFC 5545) of all that holds for a zone between two instants: an observance for what is in force at the first, and one for
 * each change up to the second.
 */
export function timeZoneRules(zone: IANAZone, from: Date, to: Date): string {
  const first = observance(zone, from.getTime(), EARLIEST);
  const changes = changesOf(zone, from.getTime(), to.getTime());
  const lines = [
    'BEGIN:VTIMEZONE',
    `TZID:${zone.name}`,
    ...[{ ...first, before: first.after }, ...changes].flatMap(linesOf),
    'END:VTIMEZONE',
  ];
  return lines.join('\r\n');
}

function changesOf(zone: IANAZone, from: number, to: number): Observance[] {
  const found: Observance[] = [];
  for (let at = from; at < to; at += STEP_MS) {
    const end = Math.min(at + STEP_MS, to);
    const before = zone.offset(at);
    if (zone.offset(end) === before) continue;
    const change = instantOfChange(zone, at, end);
    // a change begins at what the clock showed before it
    const local = DateTime.fromMillis(change, { zone: 'utc' }).plus({ minutes: before });
    found.push({ ...observance(zone, change, local.toISO(BASIC)!), before });
  }
  return found;
}

/** The first second of what holds afterwards, found by halves. */
function instantOfChange(zone: IANAZone, from: number, to: number): number {
  const before = zone.offset(from);
  let [low, high] = [Math.floor(from / 1000), Math.ceil(to / 1000)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (zone.offset(middle * 1000) === before) low = middle;
    else high = middle;
  }
  return high * 1000;
}

/** `20260329T020000`, as RFC 5545 has it. */
const BASIC = { format: 'basic', includeOffset: false, suppressMilliseconds: true } as const;

function observance(zone: IANAZone, at: number, startsAt: string): Observance {
  const after = zone.offset(at);
  return { startsAt, before: after, after, isDst: DateTime.fromMillis(at, { zone }).isInDST, name: offsetOf(after) };
}

function linesOf({ startsAt, before, after, isDst, name }: Observance): string[] {
  const kind = isDst ? 'DAYLIGHT' : 'STANDARD';
  return [
    `BEGIN:${kind}`,
    `DTSTART:${startsAt}`,
    `TZOFFSETFROM:${offsetOf(before)}`,
    `TZOFFSETTO:${offsetOf(after)}`,
    `TZNAME:${name}`,
    `END:${kind}`,
  ];
}

function offsetOf(minutes: number): string {
  const size = Math.abs(minutes);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${two(size % 60)}`;
}
