import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { openDatabase } from '#src/db/client.ts';
import { locateBinaries } from '#src/platform/embedded/binaries.ts';
import { runAs } from '#src/platform/embedded/run-as.ts';
import { chooseServerUser } from '#src/platform/embedded/server-user.ts';
import { openWorkshop } from '#test/platform/embedded/workshop.ts';
import { createLedger, writers } from './acknowledged.ts';

const workshops: Awaited<ReturnType<typeof openWorkshop>>[] = [];
afterEach(async () => {
  for (const workshop of workshops.splice(0)) await workshop.close();
});

/** A server of our own that can be restarted without warning: every connection cut; `immediate`: nothing flushed. */
async function openRestartableServer() {
  const workshop = await openWorkshop();
  workshops.push(workshop);
  const { url, directory } = await workshop.start({ settings: { shared_buffers: '16MB', max_connections: '60' } });
  const cluster = join(directory, 'cluster');
  const user = chooseServerUser(cluster);
  const { pgCtl } = await locateBinaries(user, () => {});
  const control = async (...args: string[]) => {
    const outcome = await runAs(user, pgCtl, [...args, '-D', cluster, '-w', '-l', join(cluster, 'restart.log')]);
    if (!outcome.ok) throw new Error(outcome.output);
  };
  workshop.undo(() => control('stop', '-m', 'fast'));
  return { url, restart: (mode: 'fast' | 'immediate') => control('restart', '-m', mode) };
}

it('F43, G6: loses nothing that was acknowledged when the server restarts, fast or at once, and writes again within 2 s', {
  timeout: 120_000,
}, async () => {
  const server = await openRestartableServer();
  const ledger = await createLedger(server.url);
  const { db, close } = openDatabase(ledger.url, { max: 10 });
  const acknowledged: { key: number; at: number }[] = [];
  let [next, running, longestMs] = [0, true, 0];
  const write = async (key: number) => {
    const begun = performance.now();
    const kind = key % 2 ? writers.Drizzle : writers['db.execute'];
    const work = key % 3 ? kind(db, key) : db.transaction((tx) => kind(tx, key));
    // refused is refused: what was written all the same may stay, what was acknowledged must
    const done = await work.then(
      () => true,
      () => false,
    );
    const now = performance.now();
    longestMs = Math.max(longestMs, now - begun);
    if (done) acknowledged.push({ key, at: now });
    else await sleep(20);
  };
  const writing = Array.from({ length: 40 }, async () => {
    while (running) await write(next++);
  });
  const restarts: { atMs: number; resumedAfterMs: number }[] = [];
  for (let i = 0; i < 3; i++) {
    await sleep(300);
    await server.restart(i % 2 ? 'fast' : 'immediate');
    const back = performance.now();
    const before = acknowledged.length;
    while (acknowledged.length < before + 100 && performance.now() - back < 10_000) await sleep(10);
    restarts.push({ atMs: Math.round(back), resumedAfterMs: Math.round(performance.now() - back) });
  }
  running = false;
  await Promise.all(writing);
  await close();
  const stored = await ledger.keys();
  expect(acknowledged.length).toBeGreaterThan(300);
  expect(acknowledged.filter(({ key }) => !stored.has(key))).toEqual([]);
  expect(restarts.filter(({ resumedAfterMs }) => resumedAfterMs > 2000)).toEqual([]);
  expect(longestMs).toBeLessThan(10_000);
  if (process.env['ULAK_SHOW']) console.log({ acknowledged: acknowledged.length, restarts, longestMs });
});
