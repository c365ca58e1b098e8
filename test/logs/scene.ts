import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '#src/db/client.ts';
import { keepLogs } from '#src/logs/keep-logs.ts';
import { createLog } from '#src/platform/log.ts';
import { createLogSink } from '#src/platform/log-sink.ts';
import type { World } from '#test/support/world.ts';

const nowhere = { write: () => {} };

/** A log of a process of its own, whose lines are kept in the world's database. */
export function openKeptLog(world: World) {
  const sink = createLogSink(10, { everyMs: 1 });
  const log = createLog('trace', nowhere, sink);
  const database = openDatabase(world.databaseUrl, { max: 1, applicationName: 'ulak-logs' });
  keepLogs(database.db, sink, { log, metrics: world.ctx.metrics });
  const close = async () => {
    await sink.close();
    await database.close();
  };
  return { log, sink, db: database.db, [Symbol.asyncDispose]: close };
}

/** What an admin is shown, once there is `enough` of it. */
export async function untilShown<T>(look: () => Promise<T>, enough: (shown: T) => boolean): Promise<T> {
  for (let tries = 0; ; tries++) {
    const shown = await look();
    if (enough(shown) || tries > 400) return shown;
    await sleep(20);
  }
}
