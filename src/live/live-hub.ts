import type { AppContext } from '#src/context.ts';
import { Problem } from '#src/platform/problem.ts';
import { LiveClient } from './live-client.ts';
import { LiveEar } from './live-ear.ts';
import type { Position } from './position.ts';
import { findHorizon, findListeners, type Listener, readEvents } from './queries.ts';

export type LiveHub = {
  /** Opens a stream of what happens after `last`, or from now. Throws `rate-limited` for one stream too many. */
  open(listener: Listener, last: Position | null): Promise<LiveClient>;
  /** Whose streams are open now, each by itself. */
  listeners(): Listener[];
  /** Ends all streams, and the reading. */
  close(): Promise<void>;
};

const defaults = {
  pollMs: 1000,
  leastMs: 100,
  /** How often it is looked at again whether those who listen still may; when sessions or keys end, at once. */
  recheckMs: 15_000,
  heartbeatMs: 15_000,
  /** Events that may wait for one listener before he is cut off. */
  mostWaiting: 5000,
  /** Streams open at once for one user, in this process. */
  mostStreams: 5,
  /** A stream ends after this long; its listener comes back by himself and is admitted anew. */
  streamMs: 15 * 60_000,
};

const BATCH = 500;
const STUMBLE_MS = 2000;
const SHUT_OUT = new Set(['user.banned', 'user.deleted']);

/** One reader a process for all its streams, at work only while there are any. */
export function createLiveHub(ctx: AppContext, options: Partial<typeof defaults> = {}): LiveHub {
  return new Hub(ctx, { ...defaults, ...options });
}

type Newcomer = { adopt: (start: Position) => void; refuse: (error: unknown) => void };

class Hub implements LiveHub {
  readonly #ctx: AppContext;
  readonly #options: typeof defaults;
  /** Rows a read: never more than a listener who keeps up may have waiting. */
  readonly #batch: number;
  /** Everybody, and those of them who have caught up and hear what the reader reads. */
  readonly #clients = new Set<LiveClient>();
  readonly #live = new Set<LiveClient>();
  #newcomers: Newcomer[] = [];
  /** The reader has passed on everything up to here to the live ones. */
  #position: Position | null = null;
  #reading: Promise<void> | null = null;
  #recheckedAt = 0;
  #stopped = false;
  readonly #ear: LiveEar;

  constructor(ctx: AppContext, options: typeof defaults) {
    this.#ctx = ctx;
    this.#options = options;
    this.#ear = new LiveEar(options);
    this.#batch = Math.min(BATCH, Math.ceil(options.mostWaiting / 2));
  }

  async open(listener: Listener, last: Position | null): Promise<LiveClient> {
    const client = this.#enter(listener);
    try {
      const start = await this.#adoption();
      client.begin(last ?? start);
      if (last) void this.#catchUp(client, last);
      else if (!client.closed) this.#live.add(client);
      return client;
    } catch (error) {
      client.close();
      throw error;
    }
  }

  listeners(): Listener[] {
    return [...this.#clients].map(({ listener }) => listener);
  }

  async close(): Promise<void> {
    this.#stopped = true;
    for (const client of [...this.#clients]) client.close();
    this.#ear.hurry();
    await this.#reading;
    await this.#ear.close();
  }

  #enter(listener: Listener): LiveClient {
    if (this.#stopped) throw new Problem('unavailable');
    const { mostStreams } = this.#options;
    const open = [...this.#clients].filter((client) => client.listener.userId === listener.userId).length;
    if (open >= mostStreams)
      throw new Problem('rate-limited', {
        detail: { en: `At most ${mostStreams} streams at once`, tr: `Aynı anda en çok ${mostStreams} akış` },
        headers: { 'Retry-After': '5' },
      });
    const { userId, organizationId, sessionId, actor } = listener;
    const client = new LiveClient({ userId, organizationId, sessionId, actor }, this.#options, (gone) => {
      this.#clients.delete(gone);
      this.#live.delete(gone);
    });
    this.#clients.add(client);
    return client;
  }

  /** The reader takes newcomers in between two reads, so that none of them falls into a read that left him out. */
  #adoption(): Promise<Position> {
    return new Promise((adopt, refuse) => {
      this.#newcomers.push({ adopt, refuse });
      this.#reading ??= this.#read();
      this.#ear.hurry();
    });
  }

  async #read(): Promise<void> {
    while (this.#clients.size > 0 && !this.#stopped) {
      await this.#ear.open(this.#ctx);
      const wait = await this.#turn().then(
        (more) => (more ? 0 : this.#options.leastMs),
        (error: unknown) => this.#stumble(error),
      );
      if (wait > 0 && this.#newcomers.length === 0 && !this.#stopped) await this.#ear.rest(wait);
    }
    this.#position = null;
    this.#reading = null;
    this.#refuseNewcomers(new Problem('unavailable'));
    if (!this.#stopped) await this.#ear.close();
  }

  /** Passes on the next events. True when there may be more at once. */
  async #turn(): Promise<boolean> {
    await this.#recheck();
    this.#position ??= await findHorizon(this.#ctx);
    const from = this.#position;
    for (const { adopt } of this.#newcomers.splice(0)) adopt(from);
    const organizationIds = [...new Set([...this.#clients].map((client) => client.listener.organizationId))];
    const to = await findHorizon(this.#ctx);
    if (organizationIds.length === 0 || (to.xid === from.xid && to.id === from.id)) return false;
    const rows = await readEvents(this.#ctx, organizationIds, from, to, this.#batch);
    const full = rows.length === this.#batch;
    this.#position = full ? positionOf(rows.at(-1)!) : to;
    // whoever was shut out leaves with the next turn
    if (rows.some(({ type }) => SHUT_OUT.has(type))) {
      this.#recheckedAt = Number.NEGATIVE_INFINITY;
      this.#ear.hurry();
    }
    const byOrganization = Map.groupBy(this.#live, (client) => client.listener.organizationId);
    for (const row of rows) for (const client of byOrganization.get(row.organizationId) ?? []) client.send(row);
    return full;
  }

  /** Reads what one client missed, at the speed he takes it, until nothing lies between him and the reader. */
  async #catchUp(client: LiveClient, last: Position): Promise<void> {
    try {
      for (let at = last; !client.closed && this.#position; await client.emptied()) {
        const to = this.#position;
        const rows = await readEvents(this.#ctx, [client.listener.organizationId], at, to, this.#batch);
        for (const row of rows) client.send(row);
        const full = rows.length === this.#batch;
        if (!full && this.#position === to && !client.closed) return void this.#live.add(client);
        at = full ? positionOf(rows.at(-1)!) : to;
      }
    } catch (error) {
      this.#ctx.log.error({ err: error }, 'missed live events could not be read');
    }
    client.close();
  }

  async #recheck(): Promise<void> {
    const due = performance.now() - this.#recheckedAt >= this.#options.recheckMs;
    // a newcomer's session may have ended on his way in from the door
    if (!this.#ear.takeEnded() && !due && this.#newcomers.length === 0) return;
    this.#recheckedAt = performance.now();
    const clients = [...this.#clients];
    const allowed = await findListeners(
      this.#ctx,
      clients.map(({ listener }) => listener),
    ).catch((error: unknown) => {
      this.#recheckedAt = Number.NEGATIVE_INFINITY;
      throw error;
    });
    for (const client of clients) if (!allowed.has(client.listener)) client.close();
  }

  /** The database is away: those who wait at the door are told so, the others keep their streams. */
  #stumble(error: unknown): number {
    this.#ctx.log.error({ err: error }, 'live events could not be read');
    this.#refuseNewcomers(error);
    return STUMBLE_MS;
  }

  #refuseNewcomers(error: unknown): void {
    for (const { refuse } of this.#newcomers.splice(0)) refuse(error);
  }
}

const positionOf = ({ xid, id }: Position): Position => ({ xid, id });
