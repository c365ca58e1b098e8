import { setTimeout as sleep } from 'node:timers/promises';
import { acquireOwnerLock, DataDirectoryInUse } from '#src/platform/embedded/owner-lock.ts';

/** A process that takes the lock again and again for a moment, and says when it had it and how often it was refused. */
const [directory = '', rounds = '1'] = process.argv.slice(2);
const held: [number, number][] = [];
let refused = 0;
while (held.length < Number(rounds)) {
  try {
    const lock = await acquireOwnerLock(directory);
    const from = performance.timeOrigin + performance.now();
    await sleep(5);
    held.push([from, performance.timeOrigin + performance.now()]);
    lock.release();
    await sleep(Math.random() * 20);
  } catch (error) {
    if (!(error instanceof DataDirectoryInUse)) throw error;
    refused += 1;
  }
}
console.log(JSON.stringify({ held, refused }));
