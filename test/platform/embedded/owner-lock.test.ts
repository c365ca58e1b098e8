import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hostKey } from '#src/platform/embedded/host-key.ts';
import { acquireOwnerLock, DataDirectoryInUse } from '#src/platform/embedded/owner-lock.ts';
import { processStart } from '#src/platform/embedded/process-start.ts';
import { firstLine, killHard, openWorkshop, spawnProgram, type Workshop } from './workshop.ts';

let shop: Workshop;
beforeEach(async () => {
  shop = await openWorkshop();
  await mkdir(shop.dataDir);
});
afterEach(() => shop.close());

test('of many starters over the claim of a dead one, never two own the directory at once', async () => {
  writeClaim(hostKey(), process.pid, '1');
  const starters = Array.from({ length: 5 }, () => {
    const child = spawnProgram([join(import.meta.dirname, 'claimant.ts'), shop.dataDir, '20']);
    shop.undo(() => killHard(child));
    return child;
  });
  const said = await Promise.all(starters.map(async (child) => JSON.parse(await firstLine(child)) as Said));
  const held = said.flatMap((one) => one.held).sort(([one], [other]) => one - other);
  expect(held).toHaveLength(100);
  for (const [index, [from]] of held.entries()) expect(from).toBeGreaterThan(held[index - 1]?.[1] ?? 0);
  expect(readdirSync(shop.dataDir)).toEqual([]);
});

test('a claim whose pid another program has by now is stale', async () => {
  writeClaim(hostKey(), process.ppid, '1');
  const lock = await acquireOwnerLock(shop.dataDir);
  expect(readdirSync(shop.dataDir)).toHaveLength(1);
  lock.release();
  expect(readdirSync(shop.dataDir)).toEqual([]);
});

test('the claim of a living process is respected, and named in the refusal', async () => {
  writeClaim(hostKey(), process.ppid, processStart(process.ppid)!);
  const refusal = await acquireOwnerLock(shop.dataDir).catch((error) => error);
  expect(refusal).toBeInstanceOf(DataDirectoryInUse);
  expect(refusal).toMatchObject({ pid: process.ppid, message: expect.stringContaining(`by process ${process.ppid}`) });
});

test('a claim from another container is respected while it is touched, and stale once it is not', async () => {
  const path = writeClaim('0000beef', 1, '1');
  const beat = setInterval(() => utimesSync(path, new Date(), new Date()), 50);
  shop.undo(async () => clearInterval(beat));
  await expect(acquireOwnerLock(shop.dataDir)).rejects.toThrow('by process 1');
  clearInterval(beat);
  const longAgo = new Date(Date.now() - 3_600_000);
  utimesSync(path, longAgo, longAgo);
  (await acquireOwnerLock(shop.dataDir)).release();
  expect(readdirSync(shop.dataDir)).toEqual([]);
});

type Said = { held: [number, number][]; refused: number };

function writeClaim(host: string, pid: number, start: string): string {
  const path = join(shop.dataDir, `owner-${host}-${pid}-${start}-0123456789ab.lock`);
  writeFileSync(path, 'held\n');
  return path;
}
