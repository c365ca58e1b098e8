import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { cut } from './prompt-client.ts';

export type Listening = { unlisten(): Promise<void> };

const RETRY_MS = 250;
const SIGN_MS = 3_000;
const GOODBYE_MS = 500;

/**
 * Listens on a connection of its own until told to stop. When the connection breaks, or gives no sign of life when asked (every
 * `patienceMs`), it is opened again; `onListening` is called every time, for notices may have been missed. Rejects when the
 * first try fails.
 */
export async function listen(
  config: pg.ClientConfig,
  channel: string,
  onNotice: (payload: string) => void,
  onListening: () => void = () => {},
  patienceMs = 5_000,
): Promise<Listening> {
  const stopping = new AbortController();
  const reopen = () => open(config, channel, onNotice, patienceMs);
  let current = await reopen();
  onListening();
  const keeping = (async () => {
    while (!stopping.signal.aborted) {
      await current.ended;
      for (let found = false; !found && !stopping.signal.aborted; ) {
        await sleep(RETRY_MS, undefined, { signal: stopping.signal }).catch(() => {});
        if (stopping.signal.aborted) return;
        found = await reopen().then(
          (opened) => {
            current = opened;
            onListening();
            return true;
          },
          () => false,
        );
      }
    }
  })();
  return {
    async unlisten() {
      stopping.abort();
      await current.close();
      await keeping;
      await current.close();
    },
  };
}

type Open = { ended: Promise<void>; close(): Promise<void> };

async function open(
  config: pg.ClientConfig,
  channel: string,
  onNotice: (payload: string) => void,
  patienceMs: number,
): Promise<Open> {
  const client = new pg.Client({ ...config, query_timeout: SIGN_MS });
  const ended = new Promise<void>((resolve) => client.once('end', resolve));
  // 'end' follows, and that is what counts
  client.on('error', () => {});
  client.on('notification', ({ payload }) => onNotice(payload ?? ''));
  try {
    await client.connect();
    await client.query(`listen ${client.escapeIdentifier(channel)}`);
  } catch (error) {
    await leave(client);
    throw error;
  }
  const gone = new AbortController();
  void ended.then(() => gone.abort());
  void askForSigns(client, patienceMs, gone.signal);
  return { ended, close: () => leave(client) };
}

async function askForSigns(client: pg.Client, everyMs: number, gone: AbortSignal): Promise<void> {
  try {
    for (;;) {
      await sleep(everyMs, undefined, { signal: gone });
      await client.query('select 1');
    }
  } catch {
    cut(client);
  }
}

/** Says goodbye to a server that may not hear it. */
async function leave(client: pg.Client): Promise<void> {
  const left = client.end().catch(() => {});
  await Promise.race([left, sleep(GOODBYE_MS)]);
  cut(client);
}
