import type { OrgContext } from '#src/context.ts';
import { invalid } from '#src/platform/problem.ts';
import { type Appointment, addMinutes, type OccurrenceField, type Span } from './appointment.ts';
import { durationOf, type Fields } from './appointment-changes.ts';
import { draftSeries } from './draft-booking.ts';
import type { LockedSeries } from './lock-series.ts';
import { countBefore, expandRule, moveUntil, type Rule, readRule, shiftDays, skipFirst } from './recurrence.ts';
import { instantOf, parseWall, type Wall, wallOf } from './wall-clock.ts';

const DAY = 86_400_000;

/** How a series goes on from the pivot. */
export type Layout = {
  rule: Rule;
  wall: Wall;
  timeZone: string;
  durationMinutes: number;
  expandedUntilAt: Date | null;
  ended: boolean;
  /** The part before the pivot stays a series of its own. */
  splits: boolean;
  /** Where an occurrence comes to be. */
  place: (occurrenceAt: Date) => Date;
  /** Times of the new rule at which there is none yet. */
  added: Span[];
  /** Those that the new rule does not have. */
  dropped: Appointment[];
};

type Edit = {
  before: Appointment;
  after: Fields;
  changed: OccurrenceField[];
  recurrence: string | undefined;
  following: boolean;
};

/** Moves what is at or after the pivot as far on the wall clock as the one that was asked about; by another rule, if there is one. */
export function laySeries(ctx: OrgContext, locked: LockedSeries, edit: Edit): Layout {
  const { series, pivot } = locked;
  const { before, after, changed, recurrence, following } = edit;
  const timed = changed.includes('time');
  const timeZone = timed ? after.timeZone : series.timeZone;
  const durationMinutes = timed ? durationOf(after) : series.durationMinutes;
  const by = timed ? wallOf(after.startsAt, timeZone) - wallOf(before.occurrenceAt!, series.timeZone) : 0;
  const place = (at: Date) => (timed ? instantOf(wallOf(at, series.timeZone) + by, timeZone) : at);
  const beginning = { wall: parseWall(series.localStart), timeZone: series.timeZone };
  const earlier = countBefore(series.rrule, beginning, pivot);
  const splits = following && earlier > 0;
  const common = { timeZone, durationMinutes, splits, place };
  const pivotWall = wallOf(pivot, series.timeZone) + by;
  if (recurrence !== undefined) {
    const rule = readRule(recurrence, timeZone);
    return {
      ...common,
      ...relay(ctx, locked, { rule, wall: pivotWall, ...common, bufferMinutes: after.bufferMinutes }),
    };
  }
  const oldWall = wallOf(before.occurrenceAt!, series.timeZone);
  const days = Math.floor((oldWall + by) / DAY) - Math.floor(oldWall / DAY);
  const rest = splits ? skipFirst(series.rrule, earlier) : series.rrule;
  const rule = moveUntil(shiftDays(rest, days), place);
  const wall = splits ? pivotWall : beginning.wall + by;
  if (days !== 0) requireSameTimes(locked, rule, { wall, timeZone }, place);
  const expandedUntilAt = series.expandedUntilAt && place(series.expandedUntilAt);
  return { ...common, rule, wall, expandedUntilAt, ended: series.endedAt !== null, added: [], dropped: [] };
}

type Relay = Pick<Layout, 'rule' | 'wall' | 'timeZone' | 'durationMinutes' | 'place'> & { bufferMinutes: number };

function relay(ctx: OrgContext, { rows, open }: LockedSeries, { rule, wall, place, ...shape }: Relay) {
  const startsAt = instantOf(wall, shape.timeZone);
  const endsAt = addMinutes(startsAt, shape.durationMinutes);
  const { occurrences, series } = draftSeries(ctx, rule, wall, { ...shape, startsAt, endsAt });
  const known = new Set(rows.map((row) => place(row.occurrenceAt!).getTime()));
  const wanted = new Set(occurrences.map((occurrence) => occurrence.startsAt.getTime()));
  const has = (row: Appointment) => wanted.has(place(row.occurrenceAt!).getTime());
  return {
    rule,
    wall,
    expandedUntilAt: series.expandedUntil,
    ended: series.ended,
    added: occurrences.filter((occurrence) => !known.has(occurrence.startsAt.getTime())),
    // one that was moved by hand was agreed upon for itself
    dropped: open.filter((row) => !has(row) && !row.overrides.includes('time')),
  };
}

/** A rule such as "the first Monday" does not move by a day: then the caller has to say what it becomes. */
function requireSameTimes(
  { rows, skipped, pivot }: LockedSeries,
  rule: Rule,
  beginning: { wall: Wall; timeZone: string },
  place: Layout['place'],
): void {
  const all = [...rows, ...skipped].map(({ occurrenceAt }) => place(occurrenceAt!).getTime()).sort((a, b) => a - b);
  const after = new Date(Math.min(place(pivot).getTime(), all[0]!) - 1);
  const { starts } = expandRule(rule, beginning, { after, until: new Date(all.at(-1)!), most: all.length + 1 });
  const moved = new Set(all);
  const regular = rows.filter((row) => row.overrides.length === 0).map((row) => place(row.occurrenceAt!).getTime());
  const expanded = new Set(starts.map((at) => at.getTime()));
  if (starts.every((at) => moved.has(at.getTime())) && regular.every((at) => expanded.has(at))) return;
  throw invalid('recurrence', {
    en: 'This rule does not move along to other days: say by which rule they recur then',
    tr: 'Bu kural başka günlere taşınamıyor: yeni tekrar kuralını da verin',
  });
}
