import { describe, expect, it } from 'vitest';
import { averageMonthly } from '#src/credits/average-monthly.ts';

const at = (text: string) => new Date(text);

describe('averageMonthly', () => {
  it.each([
    ['nothing yet', 0, null, '2026-03-02T09:00:00Z', 0],
    ['within one month', 90, '2026-03-01T09:00:00Z', '2026-03-02T09:00:00Z', 90],
    ['both months counted', 90, '2026-02-27T09:00:00Z', '2026-03-02T09:00:00Z', 45],
    ['over the new year', 90, '2025-12-31T20:00:00Z', '2026-02-01T09:00:00Z', 30],
    ['halves up', 5, '2026-02-27T09:00:00Z', '2026-03-02T09:00:00Z', 3],
    ['months are local: 22:30Z is March in Istanbul', 90, '2026-02-28T22:30:00Z', '2026-03-02T09:00:00Z', 90],
    ['a first line in the future', 90, '2026-05-01T09:00:00Z', '2026-03-02T09:00:00Z', 90],
  ])('%s', (_name, spent, firstAt, now, average) => {
    expect(averageMonthly(spent, firstAt === null ? null : at(firstAt), at(now), 'Europe/Istanbul')).toBe(average);
  });
});
