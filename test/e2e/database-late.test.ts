import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort, startProcess } from '#test/support/processes.ts';
import { startTcpProxy, type TcpProxy } from '#test/support/tcp-proxy.ts';
import { AUTH_SECRET } from '#test/support/world.ts';
import { createEmptyDatabase } from './empty-database.ts';
import { runToEnd } from './run-to-end.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ulak-late-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const environment = () => ({
  DATA_DIR: directory,
  AUTH_SECRET,
  EVOLUTION_URL: 'http://127.0.0.1:9',
  EVOLUTION_API_KEY: 'none',
  LOG_LEVEL: 'warn',
  ROLES: 'worker',
});
const WAITING = 'waiting for the database';

it('a database that is not up yet is waited for, and said to be; the start goes on when it is', async () => {
  await using database = await createEmptyDatabase();
  const port = await freePort();
  const url = Object.assign(new URL(database.url), { host: `127.0.0.1:${port}` });
  let proxy: Promise<TcpProxy> | undefined;
  await using running = await startProcess({ ...environment(), DATABASE_URL: url.href }, (output) => {
    if (output.includes(WAITING)) proxy ??= startTcpProxy(database.url, port);
  });
  await using _ = (await proxy)!;
  const [line, ...more] = running
    .output()
    .split('\n')
    .filter((text) => text.includes(WAITING));
  expect(JSON.parse(line!)).toMatchObject({ level: 'warn', reason: expect.stringContaining(`127.0.0.1:${port}`) });
  expect(more).toEqual([]);
  expect(running.output()).not.toContain(AUTH_SECRET);
});

it('1: after DATABASE_WAIT_SECONDS it ends with one line', async () => {
  const port = await freePort();
  const DATABASE_URL = `postgres://ulak:hush@127.0.0.1:${port}/ulak`;
  const begun = performance.now();
  const { code, stderr } = await runToEnd({ ...environment(), DATABASE_URL, DATABASE_WAIT_SECONDS: '2' });
  expect(performance.now() - begun).toBeGreaterThan(2000);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    new RegExp(`^Ulak could not start: DATABASE_URL: 127.0.0.1:${port}: .*ECONNREFUSED.* \\(waited 2 s\\)\n$`),
  );
});

it('0: SIGTERM while it waits ends it at once', async () => {
  const DATABASE_URL = `postgres://ulak:hush@127.0.0.1:${await freePort()}/ulak`;
  let [code, begun]: [number | null, number] = [null, 0];
  const starting = startProcess({ ...environment(), DATABASE_URL }, (output, child) => {
    if (begun > 0 || !output.includes(WAITING)) return;
    begun = performance.now();
    child.once('exit', (exitCode) => {
      code = exitCode;
    });
    child.kill('SIGTERM');
  });
  await expect(starting).rejects.toThrow(/^ended with 0: [^\n]*waiting for the database[^\n]*\n?$/);
  expect(code).toBe(0);
  expect(performance.now() - begun).toBeLessThan(2000);
});
