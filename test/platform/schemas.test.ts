import { describe, expect, it } from 'vitest';
import { InstantIn, idList, PageQuery, toInstant } from '#src/platform/schemas.ts';

describe('InstantIn', () => {
  it.each([
    '2026-01-15T21:00:00+03:00',
    '2026-01-15T18:00:00Z',
    '2026-01-15T18:00:00.123Z',
    '2024-02-29T00:00:00-11:00',
  ])('takes %s', (text) => expect(InstantIn.safeParse(text).success).toBe(true));
  it.each([
    '2026-01-15T21:00:00',
    '2026-01-15',
    '21:00',
    '2026-02-30T00:00:00Z',
    '2026-01-15T25:00:00Z',
    '+010000-01-01T00:00:00Z',
    '1969-12-31T23:59:59Z',
    '1768500000',
    1768500000,
    null,
    '',
  ])('refuses %j', (value) => expect(InstantIn.safeParse(value).success).toBe(false));
});

describe('PageQuery', () => {
  it('is 50 rows where nothing is said', () => expect(PageQuery.parse({})).toEqual({ limit: 50 }));
  it.each([
    { limit: '0' },
    { limit: '201' },
    { limit: '1.5' },
    { limit: 'x' },
    { limit: ['1', '2'] },
    { cursor: '' },
    { cursor: 'x'.repeat(513) },
    { offset: '1' },
  ])('refuses %j', (query) => expect(PageQuery.safeParse(query).success).toBe(false));
});

it('idList takes one to as many as it says', () => {
  const id = '0199c2f0-1234-7000-8000-123456789012';
  expect([[], [id], [id, id], [id, id, id], ['x']].map((ids) => idList(2).safeParse(ids).success)).toEqual([
    false,
    true,
    true,
    false,
    false,
  ]);
});

it('toInstant writes UTC, and leaves nothing as it is', () => {
  expect(toInstant(new Date('2026-01-15T21:00:00+03:00'))).toBe('2026-01-15T18:00:00.000Z');
  expect(toInstant(null)).toBeNull();
});
