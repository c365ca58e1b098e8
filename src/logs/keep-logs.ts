import { hostname } from 'node:os';
import type { Db } from '#src/db/client.ts';
import type { Log } from '#src/platform/log.ts';
import type { LogSink } from '#src/platform/log-sink.ts';
import type { Metrics } from '#src/platform/metrics.ts';
import { readLine } from './read-line.ts';
import { storeLines } from './store-lines.ts';

/** Whose lines they are, among processes. */
export const processName = (): string => `${hostname()}:${process.pid}`;

/** Has what the sink holds stored, on a connection of its own. What is said of the storing itself is not stored. */
export function keepLogs(db: Db, sink: LogSink, { log, metrics }: { log: Log; metrics: Metrics }): void {
  const name = processName();
  sink.start({
    async keep(texts) {
      const lines = texts.map((text) => readLine(text)).filter((line) => line !== null);
      const refused = texts.length - lines.length + (await storeLines(db, name, lines));
      metrics.logLines.inc({ outcome: 'kept' }, texts.length - refused);
      if (refused > 0) metrics.logLines.inc({ outcome: 'refused' }, refused);
    },
    onDropped(dropped) {
      metrics.logLines.inc({ outcome: 'dropped' }, dropped);
      log.warn({ dropped }, 'log lines were not kept');
    },
    onTrouble: (error) => log.warn({ err: error }, 'log lines cannot be kept for now'),
  });
}
