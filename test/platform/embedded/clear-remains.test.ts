import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { processStart } from '#src/platform/embedded/process-start.ts';
import { killHard, openWorkshop, postmasterPid, query, until, type Workshop } from './workshop.ts';

let shop: Workshop;
beforeEach(async () => {
  shop = await openWorkshop();
});
afterEach(() => shop.close());

test('a server killed by kill -9 is started again, with what was committed and without its orphans', async () => {
  const lines: string[] = [];
  const first = await shop.start({ log: (line) => lines.push(line) });
  await query(first.url, 'create table kept as select 1 as one');
  const stuck = query(first.url, 'do $$ begin loop end loop; end $$').catch(() => 'cut off');
  const orphan = await untilBusy(first.url);
  const pid = postmasterPid(first.directory);
  process.kill(pid, 'SIGKILL');
  await until(() => processStart(pid) === undefined);
  await until(() => lines.some((line) => line.includes('PostgreSQL ended with SIGKILL')));
  await first.stop();
  expect(processStart(orphan)).toBeDefined();
  const second = await shop.start();
  expect(second.adopted).toBe(false);
  expect(await query(second.url, 'select one from kept')).toEqual([{ one: 1 }]);
  expect(processStart(orphan)).toBeUndefined();
  expect(await stuck).toBe('cut off');
});

test('a postmaster.pid whose pid another program has by now is no obstacle, nor is that program touched', async () => {
  const first = await shop.start();
  const path = join(first.directory, 'cluster/postmaster.pid');
  const written = readFileSync(path, 'utf8').split('\n');
  await first.stop();
  const bystander = spawn('sleep', ['60']);
  shop.undo(() => killHard(bystander));
  writeFileSync(path, [bystander.pid, ...written.slice(1)].join('\n'));
  const second = await shop.start();
  expect(second.adopted).toBe(false);
  expect(processStart(bystander.pid!)).toBeDefined();
});

async function untilBusy(url: string): Promise<number> {
  for (;;) {
    const [busy] = await query<{ pid: number }>(url, `select pid from pg_stat_activity where query like 'do $$%'`);
    if (busy !== undefined) return busy.pid;
  }
}
