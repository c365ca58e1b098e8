import type { Clock } from '#src/platform/clock.ts';

export type TestClock = Clock & {
  set(at: Date | string): void;
  advance(by: { hours?: number; minutes?: number; seconds?: number; days?: number }): void;
};

/** A clock that stands still until a test moves it. */
export function createTestClock(start: Date | string): TestClock {
  let at = new Date(start).getTime();
  return {
    now: () => new Date(at),
    set: (to) => {
      at = new Date(to).getTime();
    },
    advance: ({ days = 0, hours = 0, minutes = 0, seconds = 0 }) => {
      at += (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
    },
  };
}
