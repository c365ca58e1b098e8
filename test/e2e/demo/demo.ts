import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DateTime } from 'luxon';
import { readConfig } from '#src/config.ts';
import type { Clock } from '#src/platform/clock.ts';
import { createLog } from '#src/platform/log.ts';
import { startUlak } from '#src/start-ulak.ts';
import { Api } from './api.ts';
import { heading, say } from './show.ts';
import { type DemoClock, tellStory } from './story.ts';

const LOGIN = { email: 'admin@example.com', password: 'demo-admin-password' };

/** Boots everything in a fresh directory, plays the main job through the REST API, and cleans up. Exits 1 if anything is wrong. */
async function main(): Promise<void> {
  const begun = performance.now();
  const dataDir = await mkdtemp(join(tmpdir(), 'ulak-demo-'));
  await chmod(dataDir, 0o711);
  const clock = createShiftedClock('10:00:00');
  heading('Ulak boots: PostgreSQL, queue, API, worker and a simulated WhatsApp, all in this process');
  const config = readConfig({
    DATA_DIR: dataDir,
    PORT: String(await freePort()),
    LOG_LEVEL: 'fatal',
    ADMIN_EMAIL: LOGIN.email,
    ADMIN_PASSWORD: LOGIN.password,
  });
  const ulak = await startUlak(config, createLog(config.logLevel), { clock });
  say(`  ready at ${ulak.url} after ${seconds(begun)} s`);
  try {
    await tellStory(new Api(ulak.url), clock, LOGIN);
  } finally {
    await ulak.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
  heading(`All of it in ${seconds(begun)} s. Try it yourself: npm start, then`);
  say('  http://127.0.0.1:3000/docs          the API, described and callable');
  say('  http://127.0.0.1:3000/openapi.json  the same for machines');
  say('  http://127.0.0.1:3000/healthz       is it alive');
}

const seconds = (since: number): string => ((performance.now() - since) / 1000).toFixed(1);

/** A clock that runs, from a time of day in Istanbul and, each time it is moved, on to the next such time. */
function createShiftedClock(start: string): Clock & DemoClock {
  let offset = 0;
  const now = () => new Date(Date.now() + offset);
  const moveTo = (at: string) => {
    const [hour, minute, second] = at.split(':').map(Number);
    const local = DateTime.fromJSDate(now(), { zone: 'Europe/Istanbul' });
    const today = local.set({ hour, minute, second, millisecond: 0 });
    offset += (today < local ? today.plus({ days: 1 }) : today).toMillis() - local.toMillis();
  };
  moveTo(start);
  return { now, moveTo };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

main().catch((error: unknown) => {
  process.stderr.write(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
