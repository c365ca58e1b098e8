import { DateTime } from 'luxon';
import { invalid } from '#src/platform/problem.ts';

export type Bucket = 'day' | 'month';

const LIMITS = { day: 400, month: 120 } as const;
const DEFAULTS = { day: 30, month: 12 } as const;

/**
 * Where the chart's buckets begin, and at the end where the last one ends: whole local days or months of `timeZone`
 * that share an instant with [from, to). A day of 23 or 25 hours is one bucket. Without `to`: up to now, today counted; without
 * `from`: 30 days or 12 months. Throws `invalid-request` for an empty range and for one of more than 400 days or 120 months.
 */
export function bucketEdges(range: { from?: Date; to?: Date; bucket: Bucket; timeZone: string; now: Date }): Date[] {
  const { bucket, timeZone } = range;
  const to = range.to?.getTime() ?? range.now.getTime() + 1;
  const startOf = (at: number) => startOfBucket(DateTime.fromMillis(at, { zone: timeZone }), bucket);
  const last = startOf(to - 1);
  const first = range.from ? startOf(range.from.getTime()) : step(last, bucket, 1 - DEFAULTS[bucket]);
  if (range.from && range.from.getTime() >= to)
    throw invalid(range.to ? 'to' : 'from', {
      en: '`to` must be later than `from`',
      tr: '`to`, `from` değerinden sonra olmalı',
    });
  if (step(first, bucket, LIMITS[bucket]) <= last)
    throw invalid('from', {
      en: `At most ${LIMITS[bucket]} ${bucket}s at once`,
      tr: bucket === 'day' ? `En fazla ${LIMITS.day} gün` : `En fazla ${LIMITS.month} ay`,
    });
  return edgesBetween(first, last, bucket);
}

/** Counts from the first edge, so that a midnight which does not exist moves its own bucket only. */
function edgesBetween(first: DateTime, last: DateTime, bucket: Bucket): Date[] {
  const edges: number[] = [];
  for (let count = 0; edges.length === 0 || edges.at(-1)! <= last.toMillis(); count++) {
    const edge = step(first, bucket, count).toMillis();
    if (edge !== edges.at(-1)) edges.push(edge); // a day that the zone skips begins with the next one
  }
  return edges.map((edge) => new Date(edge));
}

const step = (from: DateTime, bucket: Bucket, count: number): DateTime =>
  startOfBucket(from.plus({ [bucket]: count }), bucket);

/** A midnight that comes twice counts the first time; one that does not come is the first instant after it. */
const startOfBucket = (at: DateTime, bucket: Bucket): DateTime =>
  DateTime.min(...at.startOf(bucket).getPossibleOffsets())!;
