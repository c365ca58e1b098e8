import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readConfig } from '#src/config.ts';
import { createLog } from '#src/platform/log.ts';
import { startUlak } from '#src/start-ulak.ts';
import { createEmptyDatabase } from './e2e/empty-database.ts';
import { AUTH_SECRET } from './support/world.ts';

it('PORT=0: any port that is free, and the one that it says answers', async () => {
  await using database = await createEmptyDatabase();
  const directory = await mkdtemp(join(tmpdir(), 'ulak-port-'));
  const config = readConfig({
    PORT: '0',
    ROLES: 'api',
    DATA_DIR: directory,
    DATABASE_URL: database.url,
    AUTH_SECRET,
    EVOLUTION_URL: 'http://127.0.0.1:9',
    EVOLUTION_API_KEY: 'none',
  });
  const ulak = await startUlak(config, createLog('silent'));
  expect(ulak.url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d+$/);
  expect((await fetch(`${ulak.url}/readyz`)).status).toBe(200);
  await ulak.stop();
  await rm(directory, { recursive: true, force: true });
});
