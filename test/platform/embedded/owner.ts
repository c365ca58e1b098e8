import { startEmbeddedPostgres } from '#src/platform/embedded/start-embedded-postgres.ts';

/** A process that owns a DATA_DIR: says what it got in one line of JSON, then stays, or leaves without stopping. */
const [dataDir = '', ending = 'stay'] = process.argv.slice(2);
const lines: string[] = [];
try {
  const { url, directory, adopted } = await startEmbeddedPostgres({
    dataDir,
    log: (line) => lines.push(line),
    settings: { fsync: 'off', shared_buffers: '16MB', max_connections: '20' },
  });
  console.log(JSON.stringify({ url, directory, adopted, lines }));
  if (ending === 'stay') setInterval(() => undefined, 60_000);
} catch (error) {
  console.log(JSON.stringify({ refused: (error as Error).message, lines }));
  process.exitCode = 1;
}
