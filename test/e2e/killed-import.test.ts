import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { importCustomersJob } from '#src/customers/jobs.ts';
import { json, people, status, total, upload } from '#test/customers/importing.ts';
import { startProcess, until } from '#test/support/processes.ts';
import { AUTH_SECRET, createWorld } from '#test/support/world.ts';

const ROWS = 8_000;

it('G5, G11: a worker killed during an import is followed by another as soon as it gives no sign of life, and every row counts once', async () => {
  await using world = await createWorld({ now: new Date().toISOString() });
  const env = {
    DATABASE_URL: world.databaseUrl,
    DATA_DIR: world.dataDir,
    AUTH_SECRET,
    EVOLUTION_URL: 'http://127.0.0.1:9',
    EVOLUTION_API_KEY: 'none',
    LOG_LEVEL: 'fatal',
    ROLES: 'worker',
  };
  const { id } = await json(upload(world.acme, people(ROWS)));
  await using first = await startProcess(env);
  await until('some rows', async () => (await status(world.acme, id)).created > 0, 20);
  first.kill('SIGKILL');
  await first.ended;
  const before = await status(world.acme, id);
  expect(before).toMatchObject({ status: 'running' });
  expect(before.created).toBeLessThan(ROWS);
  await using _ = await startProcess(env);
  // the seconds in which it gives none, passed over
  const [left] = await world.ctx.db.execute(sql`
    update pgboss.job set heartbeat_on = heartbeat_on - make_interval(secs => heartbeat_seconds)
    where name = ${importCustomersJob.name} and state = 'active' returning heartbeat_seconds`);
  expect(left).toEqual({ heartbeat_seconds: 15 });
  await until('the end', async () => (await status(world.acme, id)).status === 'completed', 45);
  expect(await status(world.acme, id)).toMatchObject({ created: ROWS, updated: 0, rejected: 0 });
  expect(await total(world)).toBe(ROWS + 4);
}, 90_000);
