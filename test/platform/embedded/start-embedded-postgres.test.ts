import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { processStart } from '#src/platform/embedded/process-start.ts';
import { openWorkshop, postmasterPid, query, until, type Workshop } from './workshop.ts';

let shop: Workshop;
beforeEach(async () => {
  shop = await openWorkshop();
});
afterEach(() => shop.close());

test('a fresh start gives a database that keeps Turkish text and folds its case', async () => {
  const { url, adopted } = await shop.start();
  expect(adopted).toBe(false);
  expect(new URL(url).hostname).toBe('127.0.0.1');
  expect(new URL(url).pathname).toBe('/ulak');
  const [row] = await query<Record<string, string>>(
    url,
    `select 'Çağrı Şükrü Öğüt, ıİ' as kept, lower('ÇĞÖŞÜ') as lower, upper('çğıöşü') as upper,
      current_setting('server_encoding') as encoding, current_setting('timezone') as zone,
      current_setting('fsync') as fsync, current_setting('synchronous_commit') as commits,
      current_setting('listen_addresses') as listens, current_setting('unix_socket_directories') as sockets,
      current_setting('server_version') as version`,
  );
  expect(row).toMatchObject({
    kept: 'Çağrı Şükrü Öğüt, ıİ',
    lower: 'çğöşü',
    upper: 'ÇĞIÖŞÜ',
    encoding: 'UTF8',
    zone: 'UTC',
    fsync: 'off',
    commits: 'on',
    listens: '127.0.0.1',
    sockets: '',
    version: expect.stringMatching(/^18\./),
  });
});

test('the password is needed, random, and readable by us alone', async () => {
  const { url } = await shop.start();
  const wrong = new URL(url);
  wrong.password = 'wrong';
  await expect(query(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
  expect(statSync(join(shop.dataDir, 'postgres.password')).mode & 0o777).toBe(0o600);
  const [methods] = await query<{ all: string[] }>(
    url,
    'select array_agg(distinct auth_method) as all from pg_hba_file_rules',
  );
  expect(methods?.all).toEqual(['scram-sha-256']);
});

test('stop leaves no process and no lock, may be called twice, and a restart finds the data', async () => {
  const first = await shop.start();
  await query(first.url, `create table kept as select 'Ayşe' as name`);
  const pid = postmasterPid(first.directory);
  await Promise.all([first.stop(), first.stop()]);
  await first.stop();
  expect(processStart(pid)).toBeUndefined();
  expect(readdirSync(shop.dataDir).sort()).toEqual(['postgres', 'postgres.log', 'postgres.password']);
  expect(existsSync(join(first.directory, 'cluster/postmaster.pid'))).toBe(false);
  const second = await shop.start();
  expect(second.adopted).toBe(false);
  expect(await query(second.url, 'select name from kept')).toEqual([{ name: 'Ayşe' }]);
});

test('a second start is refused while another process owns the directory, and here too', async () => {
  const owner = await shop.own();
  const line = `DATA_DIR ${shop.dataDir} is in use by process ${owner.pid}: stop it first, or set another DATA_DIR.`;
  await expect(shop.start()).rejects.toThrow(line);
  await owner.kill();
  await shop.start();
  await expect(shop.start()).rejects.toThrow(`in use by process ${process.pid}`);
});

test('a process that ends without stop does not hang and takes its server along', async () => {
  const { child, said, done } = await shop.own(shop.dataDir, 'leave');
  const pid = postmasterPid(said.directory);
  await done();
  expect(child.exitCode).toBe(0);
  await until(() => processStart(pid) === undefined);
});

test('a server that does not start is reported with its last words, and the directory is free again', async () => {
  await expect(shop.start({ settings: { fsync: 'off', shared_buffers: 'plenty' } })).rejects.toThrow(
    /did not start[\s\S]*invalid value for parameter "shared_buffers": "plenty"/,
  );
  const { url } = await shop.start();
  expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('our environment does not reach the server', async () => {
  process.env.PGDATABASE = 'elsewhere';
  shop.undo(async () => delete process.env.PGDATABASE);
  const { url } = await shop.start();
  expect(await query(url, 'select current_database() as name')).toEqual([{ name: 'ulak' }]);
});
