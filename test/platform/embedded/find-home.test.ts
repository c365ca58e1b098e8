import { existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isRoot, openWorkshop, query, type Workshop } from './workshop.ts';

let shop: Workshop;
beforeEach(async () => {
  shop = await openWorkshop();
});
afterEach(() => shop.close());

describe.skipIf(!isRoot)('started by root (skipped: this is another user)', () => {
  test('the cluster belongs to an ordinary user, and nothing else changes hands', async () => {
    const { directory } = await shop.start();
    expect(directory).toBe(join(shop.dataDir, 'postgres'));
    expect(lstatSync(join(directory, 'cluster')).uid).toBeGreaterThan(0);
    for (const path of [shop.dataDir, directory, join(shop.dataDir, 'postgres.password')]) {
      expect(lstatSync(path).uid).toBe(0);
    }
  });

  test('a DATA_DIR that user may not enter is served from elsewhere, said in one line, found again next time', async () => {
    await mkdir(shop.dataDir, { mode: 0o700 });
    const lines: string[] = [];
    const first = await shop.start({ log: (line) => lines.push(line) });
    expect(first.directory).not.toContain(shop.dataDir);
    expect(lines.filter((line) => line.includes('is kept in'))).toEqual([
      expect.stringContaining(`The database of ${shop.dataDir} is kept in ${first.directory}`),
    ]);
    expect(readFileSync(join(shop.dataDir, 'postgres.location'), 'utf8')).toBe(`${first.directory}\n`);
    expect(existsSync(join(shop.dataDir, 'postgres'))).toBe(false);
    await query(first.url, 'create table kept as select 1 as one');
    await first.stop();
    const second = await shop.start();
    expect(second.directory).toBe(first.directory);
    expect(await query(second.url, 'select one from kept')).toEqual([{ one: 1 }]);
  });

  test('the remembered place is refused once others can write there, and reported once it is gone', async () => {
    await mkdir(shop.dataDir, { mode: 0o700 });
    const { directory, stop } = await shop.start();
    await stop();
    await chmod(directory, 0o777);
    await expect(shop.start()).rejects.toThrow(`${directory} is not safe to use`);
    await rename(directory, `${directory}.away`);
    shop.undo(() => rm(`${directory}.away`, { recursive: true }));
    await expect(shop.start()).rejects.toThrow(`was kept in ${directory}, which is gone`);
  });

  test('a copy of DATA_DIR does not get a second server on the same cluster', async () => {
    await mkdir(shop.dataDir, { mode: 0o700 });
    await shop.start();
    const copy = join(shop.root, 'copy');
    await mkdir(copy, { mode: 0o700 });
    for (const name of ['postgres.location', 'postgres.password']) {
      writeFileSync(join(copy, name), await readFile(join(shop.dataDir, name)), { mode: 0o600 });
    }
    await expect(shop.start({ dataDir: copy })).rejects.toThrow(`DATA_DIR ${copy} is in use by process ${process.pid}`);
  });
});

test('what else lies in DATA_DIR/postgres is left alone', async () => {
  const theirs = join(shop.dataDir, 'postgres', 'theirs.txt');
  await mkdir(dirname(theirs), { recursive: true });
  writeFileSync(theirs, 'kept');
  await shop.start();
  expect(readFileSync(theirs, 'utf8')).toBe('kept');
});
