import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { cut, PromptClient, whenQuietFor } from './prompt-client.ts';

type Watched = { processID?: number | null };

const PROBE_MS = 2_500;
/** An answer may have been on its way while the server was asked. */
const GRACE_MS = 500;

export type Watch = { patienceMs: number; isAtWork(processId: number): Promise<boolean> };

/**
 * Waits for the answer to a statement. Each `patienceMs` that none comes, the server is asked on another connection whether it is
 * at work on it; where it is not, or cannot be reached, the connection is cut, for nothing will come on it (packets dropped
 * on the way look like a server that thinks). However long a statement takes, it is left to it.
 */
export async function watchAnswer<T>(client: object, answer: Promise<T>, watch: Watch, onCut: () => void): Promise<T> {
  const { processID } = client as Watched;
  let waiting = true;
  const look = async () => {
    const isAtWork = await watch.isAtWork(processID ?? 0);
    if (!isAtWork) await sleep(GRACE_MS);
    if (!waiting) return;
    if (isAtWork) timer = setTimeout(look, watch.patienceMs);
    else {
      cut(client);
      onCut();
    }
  };
  let timer = setTimeout(look, watch.patienceMs);
  try {
    return await answer;
  } finally {
    waiting = false;
    clearTimeout(timer);
  }
}

/** Whether the server behind `config` has a statement of that connection under way. What it refuses to say counts as yes. */
export async function isAtWork(config: pg.ClientConfig, processId: number): Promise<boolean> {
  const client = new PromptClient(config);
  client.on('error', () => {});
  const stop = whenQuietFor(PROBE_MS, () => cut(client));
  try {
    await client.connect();
    const { rows } = await client.query('select state from pg_stat_activity where pid = $1', [processId]);
    const [row] = rows as { state: string | null }[];
    return row !== undefined && !row.state?.startsWith('idle');
  } catch (error) {
    return error instanceof pg.DatabaseError;
  } finally {
    stop();
    client.end().catch(() => {});
  }
}
