import type { AppContext } from '#src/context.ts';
import { type Heard, keepOnline, letGo } from './keep-online.ts';
import { recordPeaks } from './record-peaks.ts';

/** Who is online, told by requests and by live streams that stay open. */
export type Presence = {
  /** Of every request of somebody signed in; waits for nothing. */
  hear(request: { sessionId: string; address: string | null }): void;
  /** Writes down who has been heard since the last time. */
  flush(): Promise<void>;
  /** No more of that by itself; whoever has a stream open here is let go. */
  close(): Promise<void>;
};

export type PresenceOptions = {
  /** By which sessions live streams are open in this process now; the same one may be named several times. */
  streams(): Iterable<string>;
  /** False in tests: nothing is written until `flush`. */
  background?: boolean;
};

/** Between two looks. Nobody waits for one. */
const PAUSE_MS = 5_000;

/**
 * Heard requests wait here, one for each session, and are written together every few seconds, each session's about once a minute. All that
 * counts is in the sessions' rows: a process that dies leaves nothing but times that run out.
 */
export function createPresence(ctx: AppContext, { streams, background = true }: PresenceOptions): Presence {
  let heard = new Map<string, Heard>();
  let open = new Set<string>();
  let flushing = Promise.resolve();
  const write = async () => {
    const [requests, before] = [heard, open];
    heard = new Map();
    open = new Set(streams());
    const gone = [...before].filter((id) => !open.has(id) && !requests.has(id));
    try {
      await letGo(ctx, gone);
      const written = await keepOnline(ctx, [...requests.values()], [...open]);
      await recordPeaks(ctx, written);
    } catch (error) {
      // the next time says it again: of requests the newest, of streams those that are open then
      for (const [id, request] of requests) if (!heard.has(id)) heard.set(id, request);
      for (const id of gone) open.add(id);
      ctx.log.warn({ err: error }, 'presence not written');
    }
  };
  const flush = () => {
    flushing = flushing.then(write);
    return flushing;
  };
  let timer: NodeJS.Timeout | null = null;
  let closed = !background;
  const again = () => {
    if (!closed) timer = setTimeout(() => void flush().then(again), PAUSE_MS).unref();
  };
  again();
  return {
    hear({ sessionId, address }) {
      heard.set(sessionId, { sessionId, address, at: ctx.clock.now() });
    },
    flush,
    async close() {
      closed = true;
      if (timer) clearTimeout(timer);
      await flushing;
      if (background && open.size + heard.size > 0) await flush();
    },
  };
}
