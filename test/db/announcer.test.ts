import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createAnnouncer } from '#src/db/announcer.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('says at once that there is something new, then at most every 100 ms a channel, and once more for what came meanwhile', async () => {
  const said: string[] = [];
  const announcer = createAnnouncer(async (channel) => said.push(channel));
  announcer.announce('a');
  for (let n = 0; n < 50; n++) announcer.announce('a');
  announcer.announce('b');
  expect(said).toEqual(['a', 'b']);
  vi.advanceTimersByTime(100);
  expect(said).toEqual(['a', 'b', 'a']);
  vi.advanceTimersByTime(1000);
  expect(said).toEqual(['a', 'b', 'a']);
});

it('a database that is away fails nobody, and after closing nothing is said', async () => {
  let asked = 0;
  const announcer = createAnnouncer(async () => {
    asked++;
    throw new Error('away');
  });
  announcer.announce('a');
  announcer.announce('a');
  announcer.close();
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked).toBe(1);
});
