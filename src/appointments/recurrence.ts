import rrule from 'rrule';
import { invalid } from '#src/platform/problem.ts';
import { instantOf, type Wall, weekdayOf } from './wall-clock.ts';

/** A rule as it is kept: the RRULE's parts in a fixed order, UNTIL in UTC. */
export type Rule = string;

const PARTS = ['FREQ', 'INTERVAL', 'COUNT', 'UNTIL', 'BYMONTH', 'BYMONTHDAY', 'BYDAY', 'BYSETPOS', 'WKST'] as const;
type Part = (typeof PARTS)[number];
type Parts = Partial<Record<Part, string>>;

const DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const list = (item: string) => new RegExp(`^${item}(,${item}){0,61}$`);
const shapes: Record<Part, RegExp> = {
  FREQ: /^(DAILY|WEEKLY|MONTHLY|YEARLY)$/,
  INTERVAL: /^([1-9]\d?|[12]\d\d|3[0-5]\d|36[0-6])$/,
  COUNT: /^([1-9]\d{0,2}|1000)$/,
  UNTIL: /^\d{8}(T\d{6}Z?)?$/,
  BYMONTH: list('(?:[1-9]|1[0-2])'),
  BYMONTHDAY: list('-?(?:[1-9]|[12]\\d|3[01])'),
  BYDAY: list('(?:[+-]?[1-5])?(?:MO|TU|WE|TH|FR|SA|SU)'),
  BYSETPOS: list('-?(?:[1-9]|[12]\\d|3[01])'),
  WKST: /^(MO|TU|WE|TH|FR|SA|SU)$/,
};

/**
 * Reads an RRULE (RFC 5545) as one that appointments recur by: daily or rarer, at the time of day of the first one. An UNTIL that
 * is a date, or has no zone, is meant on the clock of `timeZone`. Throws `invalid-request` about `recurrence`.
 */
export function readRule(text: string, timeZone: string): Rule {
  const parts = readParts(text);
  const { FREQ: frequency, BYDAY: days = '', BYMONTHDAY: monthDays, BYSETPOS: positions } = parts;
  if (frequency === undefined) throw refuse('FREQ is missing', 'FREQ eksik');
  if (parts.COUNT && parts.UNTIL) throw refuse('Either COUNT or UNTIL', 'COUNT ya da UNTIL, ikisi birden değil');
  const monthly = frequency === 'MONTHLY' || frequency === 'YEARLY';
  if (!monthly && /\d/.test(days))
    throw refuse('Numbered days only of months and years', 'Sıralı günler yalnızca aylık ve yıllık kurallarda');
  if (!monthly && positions) throw refuse('BYSETPOS only of months and years', 'BYSETPOS yalnızca aylık ve yıllık');
  if (positions && !days && !monthDays && !parts.BYMONTH)
    throw refuse(
      'BYSETPOS needs BYDAY, BYMONTHDAY or BYMONTH',
      'BYSETPOS için BYDAY, BYMONTHDAY ya da BYMONTH gerekir',
    );
  if (frequency === 'WEEKLY' && monthDays)
    throw refuse('BYMONTHDAY has no meaning in weeks', 'BYMONTHDAY haftalık kuralda kullanılamaz');
  return formatRule({ ...parts, ...(parts.UNTIL && { UNTIL: readUntil(parts.UNTIL, timeZone) }) });
}

function readParts(text: string): Parts {
  const parts: Parts = {};
  for (const pair of text
    .trim()
    .toUpperCase()
    .replace(/^RRULE:/, '')
    .split(';')) {
    const [name = '', value = ''] = pair.split('=', 2);
    const part = PARTS.find((known) => known === name);
    if (!part) throw refuse(`Not allowed here: ${name.slice(0, 20)}`, `Burada kullanılamaz: ${name.slice(0, 20)}`);
    if (part in parts || !shapes[part].test(value) || pair.split('=').length !== 2)
      throw refuse(`Not a valid ${part}`, `Geçersiz ${part}`);
    parts[part] = value;
  }
  return parts;
}

const formatRule = (parts: Parts): Rule =>
  PARTS.flatMap((part) => (parts[part] === undefined ? [] : [`${part}=${parts[part]}`])).join(';');

function readUntil(text: string, timeZone: string): string {
  const [, year, month, day, hour = '23', minute = '59', second = '59'] =
    /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d))?/.exec(text)!;
  const wall = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(wall) || new Date(wall).getUTCDate() !== Number(day))
    throw refuse('Not a valid UNTIL', 'Geçersiz UNTIL');
  return formatUntil(text.endsWith('Z') ? new Date(wall) : instantOf(wall, timeZone));
}

const formatUntil = (at: Date): string => `${at.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;

/** The first occurrence on its clock. */
export type Beginning = { wall: Wall; timeZone: string };
export type Expansion = {
  starts: Date[];
  /** The rule has no more after these. */
  ended: boolean;
};
export type Bounds = {
  /** Only what begins later. */
  after?: Date | undefined;
  /** Only what does not begin later. */
  until: Date;
  most: number;
};

/** When a rule makes appointments begin: always at the same time of day on the wall clock, whatever is done to the clock. */
export function expandRule(rule: Rule, { wall, timeZone }: Beginning, { after, until, most }: Bounds): Expansion {
  const starts: Date[] = [];
  const last = untilOf(rule);
  let [ended, previous] = [true, Number.NEGATIVE_INFINITY];
  walk(rule, wall, (next) => {
    const at = instantOf(next, timeZone);
    if (last && at > last) return false;
    // a day that a zone skips falls on the one after it, which has its own
    const again = at.getTime() === previous;
    previous = at.getTime();
    if (again || (after && at <= after)) return true;
    ended = false;
    if (at > until || starts.length === most) return false;
    starts.push(at);
    ended = true;
    return true;
  });
  return { starts, ended };
}

/** How many times the rule has come round before this instant. */
export function countBefore(rule: Rule, { wall, timeZone }: Beginning, before: Date): number {
  let count = 0;
  walk(rule, wall, (next) => {
    if (instantOf(next, timeZone) >= before) return false;
    count++;
    return true;
  });
  return count;
}

/** Whether the rule begins where it is said to begin. */
export function beginsAt(rule: Rule, wall: Wall): boolean {
  if (!suits(partsOf(rule), wall)) return false;
  let first: Wall | null = null;
  walk(rule, wall, (next) => {
    first = next;
    return false;
  });
  return first === wall;
}

/** What can be told of a day by itself: spares a search through the centuries for rules that never come true. */
function suits({ BYMONTH: months, BYMONTHDAY: monthDays, BYDAY: days }: Parts, wall: Wall): boolean {
  const date = new Date(wall);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  const counted = [date.getUTCDate(), date.getUTCDate() - last - 1].map(String);
  const has = (names: string | undefined, wanted: string[]) =>
    names === undefined || names.split(',').some((name) => wanted.includes(name));
  const weekday = DAYS[weekdayOf(wall) - 1]!;
  return (
    has(months, [String(date.getUTCMonth() + 1)]) &&
    has(monthDays, counted) &&
    has(days?.replaceAll(/[+-]?\d/g, ''), [weekday])
  );
}

/** The library gives up in the year 9999. The calendar is the same every 400 years: nearer to it, it gives up sooner. */
const CENTURIES = 19 * 146_097 * 86_400_000;

/** Goes through the wall-clock times of a rule, in order, until `visit` says no. COUNT is minded, UNTIL is not. */
function walk(rule: Rule, wall: Wall, visit: (next: Wall) => boolean): void {
  const { UNTIL: _, ...parts } = partsOf(rule);
  const options = rrule.RRule.parseString(formatRule(parts));
  new rrule.RRule({ ...options, dtstart: new Date(wall + CENTURIES) }).all((date) => visit(date.getTime() - CENTURIES));
}

const partsOf = (rule: Rule): Parts => Object.fromEntries(rule.split(';').map((pair) => pair.split('=')));

function untilOf(rule: Rule): Date | null {
  const { UNTIL: until } = partsOf(rule);
  if (!until) return null;
  return new Date(until.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

/** The rule, over before this instant. */
export function endBefore(rule: Rule, before: Date): Rule {
  const { COUNT: _, ...parts } = partsOf(rule);
  const until = untilOf(rule);
  const end = new Date(before.getTime() - 1000);
  return formatRule({ ...parts, UNTIL: formatUntil(until && until < end ? until : end) });
}

/** What is left of a rule after so many of its times. */
export function skipFirst(rule: Rule, count: number): Rule {
  const parts = partsOf(rule);
  return parts.COUNT ? formatRule({ ...parts, COUNT: String(Math.max(1, Number(parts.COUNT) - count)) }) : rule;
}

/** The rule for appointments that are so many days later: days of the week move along, everything else stays as it is. */
export function shiftDays(rule: Rule, days: number): Rule {
  const parts = partsOf(rule);
  if (!parts.BYDAY || days % 7 === 0) return rule;
  const moved = parts.BYDAY.split(',').map((day) => {
    const at = DAYS.indexOf(day.slice(-2)) + days;
    return `${day.slice(0, -2)}${DAYS[((at % 7) + 7) % 7]}`;
  });
  return formatRule({ ...parts, BYDAY: moved.join(',') });
}

/** The rule with its UNTIL moved along with the appointments. */
export function moveUntil(rule: Rule, move: (until: Date) => Date): Rule {
  const until = untilOf(rule);
  return until ? formatRule({ ...partsOf(rule), UNTIL: formatUntil(move(until)) }) : rule;
}

const refuse = (en: string, tr: string) => invalid('recurrence', { en, tr });
