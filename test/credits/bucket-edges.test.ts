import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { bucketEdges } from '#src/credits/bucket-edges.ts';

const zones = [
  'Europe/Istanbul',
  'Europe/Berlin',
  'America/New_York',
  'America/Havana',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Africa/Casablanca',
  'Pacific/Apia',
];
const now = new Date('2026-03-31T22:30:00Z');
const range = { bucket: 'day' as const, timeZone: 'Europe/Istanbul', now };
const iso = (edges: Date[]) => edges.map((edge) => edge.toISOString());

describe('bucketEdges', () => {
  it('defaults to the last 30 local days, today counted', () => {
    const edges = bucketEdges(range);
    expect(edges).toHaveLength(31);
    expect(iso(edges).slice(-2)).toEqual(['2026-03-31T21:00:00.000Z', '2026-04-01T21:00:00.000Z']);
  });

  it('defaults to the last 12 local months, this one counted', () => {
    const edges = bucketEdges({ ...range, bucket: 'month' });
    expect(iso([edges[0]!, ...edges.slice(-2)])).toEqual([
      '2025-04-30T21:00:00.000Z',
      '2026-03-31T21:00:00.000Z',
      '2026-04-30T21:00:00.000Z',
    ]);
    expect(edges).toHaveLength(13);
  });

  it('leaves out the day that begins at `to`, and counts the one of `from` whole', () => {
    const edges = bucketEdges({
      ...range,
      from: new Date('2026-03-01T15:00:00Z'),
      to: new Date('2026-03-02T21:00:00Z'),
    });
    expect(iso(edges)).toEqual(['2026-02-28T21:00:00.000Z', '2026-03-01T21:00:00.000Z', '2026-03-02T21:00:00.000Z']);
  });

  it('400: an empty range, and one that is too long', () => {
    const days = (count: number) => new Date(now.getTime() - count * 86_400_000);
    expect(() => bucketEdges({ ...range, from: now, to: now })).toThrow();
    expect(() => bucketEdges({ ...range, from: new Date(now.getTime() + 5) })).toThrow();
    expect(() => bucketEdges({ ...range, from: days(400) })).toThrow();
    expect(bucketEdges({ ...range, from: days(399) })).toHaveLength(401);
    expect(bucketEdges({ ...range, bucket: 'month', from: days(3590) }).length).toBeLessThanOrEqual(121);
    expect(() => bucketEdges({ ...range, bucket: 'month', from: days(3700) })).toThrow();
  });

  it('buckets follow each other without gap, each one local day or month, in every zone', () => {
    const bounds = { min: Date.parse('2010-01-01T00:00:00Z'), max: Date.parse('2030-01-01T00:00:00Z') };
    const scene = fc.record({
      timeZone: fc.constantFrom(...zones),
      bucket: fc.constantFrom('day' as const, 'month' as const),
      from: fc.integer(bounds),
      length: fc.integer({ min: 1, max: 390 * 86_400_000 }),
    });
    fc.assert(
      fc.property(scene, ({ timeZone, bucket, from, length }) => {
        const edges = bucketEdges({ timeZone, bucket, now, from: new Date(from), to: new Date(from + length) });
        expect(edges[0]!.getTime()).toBeLessThanOrEqual(from);
        expect(edges[1]!.getTime()).toBeGreaterThan(from);
        expect(edges.at(-1)!.getTime()).toBeGreaterThanOrEqual(from + length);
        expect(edges.at(-2)!.getTime()).toBeLessThan(from + length);
        const unit = bucket === 'day' ? 'yyyy-MM-dd' : 'yyyy-MM';
        const shows = (at: number) => DateTime.fromMillis(at, { zone: timeZone }).toFormat(unit);
        edges.slice(0, -1).forEach((edge, i) => {
          const [first, last] = [edge.getTime(), edges[i + 1]!.getTime() - 1];
          expect(shows(first)).toBe(shows(last));
          expect(shows(first - 1)).not.toBe(shows(first));
        });
      }),
      { numRuns: 300 },
    );
  });
});
