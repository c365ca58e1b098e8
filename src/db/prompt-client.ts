import pg from 'pg';

/** What is cut when nothing will come on it any more: a `pg` client has more than its types tell. */
type Cuttable = { connection?: { stream: { destroy(): unknown } } };

const CONNECT_MS = 4_000;
const TURN_MS = 100;

/** Ends a connection without a word; who waits for an answer on it is told that it is lost. */
export const cut = (client: object): unknown => (client as Cuttable).connection?.stream.destroy();

/**
 * Calls `act` after `ms`, later if this process is so busy that it comes to nothing else: what has arrived is then looked at
 * before the time is up. @returns how to call it off.
 */
export function whenQuietFor(ms: number, act: () => void): () => void {
  let turns = Math.ceil(ms / TURN_MS);
  const timer = setInterval(() => {
    if (--turns > 0) return;
    clearInterval(timer);
    act();
  }, TURN_MS);
  return () => clearInterval(timer);
}

/** A connection that is made soon or not at all. */
export class PromptClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super({ ...config, connectionTimeoutMillis: 0 });
    // biome-ignore lint/suspicious/noExplicitAny: both forms of `connect` at once
    const connect = this.connect.bind(this) as (...callback: any[]) => any;
    this.connect = (...callback: unknown[]) => {
      const stop = whenQuietFor(CONNECT_MS, () => cut(this));
      this.once('connect', stop).once('end', stop);
      return connect(...callback);
    };
  }
}
