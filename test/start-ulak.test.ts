import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { readConfig } from '#src/config.ts';
import { createLog } from '#src/platform/log.ts';
import { startUlak } from '#src/start-ulak.ts';
import { createEmptyDatabase } from './e2e/empty-database.ts';
import { AUTH_SECRET } from './support/world.ts';

it('PORT=0: any port that is free, and the one that it says answers; without a carrier of mails it warns', async () => {
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
  const log = createLog('silent');
  const warned = vi.spyOn(log, 'warn');
  const ulak = await startUlak(config, log);
  expect(ulak.url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d+$/);
  expect((await fetch(`${ulak.url}/readyz`)).status).toBe(200);
  expect(warned.mock.calls.flat().join()).toContain('neither SMTP_URL nor SES_REGION is set');
  await ulak.stop();
  await rm(directory, { recursive: true, force: true });
});
