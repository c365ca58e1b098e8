import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { whenQuietFor } from '#src/db/prompt-client.ts';

it('a process that was busy looks at what has come before it takes a line for dead', async () => {
  let given = false;
  const stop = whenQuietFor(300, () => {
    given = true;
  });
  for (const until = performance.now() + 400; performance.now() < until; );
  await sleep(20);
  expect(given).toBe(false);
  await expect.poll(() => given, { timeout: 3_000 }).toBe(true);
  stop();
});
