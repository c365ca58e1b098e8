import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

export type Listening = { unlisten(): Promise<void> };

const RETRY_MS = 250;

/**
 * Listens on a connection of its own until told to stop. When the connection breaks it is opened again; `onListening` is
 * called every time, for notices may have been missed. Rejects when the first try fails.
 */
export async function listen(
  config: pg.ClientConfig,
  channel: string,
  onNotice: (payload: string) => void,
  onListening: () => void = () => {},
): Promise<Listening> {
  const stopping = new AbortController();
  let current = await open(config, channel, onNotice);
  onListening();
  const keeping = (async () => {
    while (!stopping.signal.aborted) {
      await current.ended;
      for (let found = false; !found && !stopping.signal.aborted; ) {
        await sleep(RETRY_MS, undefined, { signal: stopping.signal }).catch(() => {});
        if (stopping.signal.aborted) return;
        found = await open(config, channel, onNotice).then(
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

async function open(config: pg.ClientConfig, channel: string, onNotice: (payload: string) => void): Promise<Open> {
  const client = new pg.Client(config);
  const ended = new Promise<void>((resolve) => client.once('end', resolve));
  // 'end' follows, and that is what counts
  client.on('error', () => {});
  client.on('notification', ({ payload }) => onNotice(payload ?? ''));
  try {
    await client.connect();
    await client.query(`listen ${client.escapeIdentifier(channel)}`);
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
  return { ended, close: () => client.end().catch(() => {}) };
}
