import { describe, expect, it } from 'vitest';
import { isTimeZone, spellTimeZone } from '#src/windows/time-zone.ts';

describe('isTimeZone', () => {
  it.each(['Europe/Istanbul', 'europe/istanbul', 'UTC', 'America/Argentina/Buenos_Aires', 'Europe/Kyiv', 'Etc/GMT+3'])(
    'takes %s',
    (name) => expect(isTimeZone(name)).toBe(true),
  );

  it.each([
    '',
    '+03:00',
    'UTC+3',
    'Mars/Olympus',
    'Istanbul',
    'EST',
    '../etc/passwd',
    'Europe/İstanbul',
    'Europe/Istanbul ',
    'A/'.repeat(5000),
  ])('refuses %j', (name) => expect(isTimeZone(name)).toBe(false));
});

describe('spellTimeZone', () => {
  it.each([
    ['europe/istanbul', 'Europe/Istanbul'],
    ['Asia/Kathmandu', 'Asia/Kathmandu'],
    ['utc', 'UTC'],
  ])('%s becomes %s', (given, spelled) => expect(spellTimeZone(given)).toBe(spelled));
});
