import { and, eq, inArray } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { users } from '#src/db/schema/accounts.ts';
import { Problem } from '#src/platform/problem.ts';
import { leaveTrail } from '#src/platform/trail.ts';
import { createWaker } from '#src/platform/waker.ts';
import type { LogFilter } from './log-filter.ts';
import { type LogPosition, readHorizon, readWritten } from './queries.ts';
import { TailClient } from './tail-client.ts';

export type LogTail = {
  /** Lines of all processes as they are kept, from now on or after `last`. Throws `rate-limited` for one stream too many. */
  open(who: { userId: string; filter: LogFilter; last: LogPosition | null }): TailClient;
  close(): Promise<void>;
};

const defaults = {
  pollMs: 1000,
  /** How often it is looked whether who listens is still an admin. */
  recheckMs: 15_000,
  heartbeatMs: 15_000,
  mostWaiting: 1000,
  mostStreams: 5,
  streamMs: 15 * 60_000,
  /** A transaction that has run for so long is waited for no more. */
  patienceMs: 5_000,
};

const BATCH = 500;
/** What is read again for one who comes back. */
const MOST_MISSED = 1000;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** One reader a process for all who follow, at work only while there are any: it reads each line once, and they are compared here. */
export function createLogTail(ctx: AppContext, options: Partial<typeof defaults> = {}): LogTail {
  return new Tail(ctx, { ...defaults, ...options });
}

class Tail implements LogTail {
  readonly #ctx: AppContext;
  readonly #options: typeof defaults;
  readonly #clients = new Set<TailClient>();
  readonly #live = new Set<TailClient>();
  readonly #waker = createWaker();
  #newcomers: TailClient[] = [];
  #reading: Promise<void> | null = null;
  #stopped = false;
  #recheckedAt = 0;
  #position: LogPosition | null = null;
  /** What was the next transaction, when. */
  #horizons: { at: number; next: number }[] = [];

  constructor(ctx: AppContext, options: typeof defaults) {
    this.#ctx = ctx;
    this.#options = options;
  }

  open(who: { userId: string; filter: LogFilter; last: LogPosition | null }): TailClient {
    if (this.#stopped) throw new Problem('unavailable');
    const { mostStreams } = this.#options;
    if ([...this.#clients].filter(({ userId }) => userId === who.userId).length >= mostStreams)
      throw new Problem('rate-limited', {
        detail: { en: `At most ${mostStreams} streams at once`, tr: `Aynı anda en çok ${mostStreams} akış` },
        headers: { 'Retry-After': '5' },
      });
    const client = new TailClient(who, this.#options, (gone) => {
      this.#clients.delete(gone);
      this.#live.delete(gone);
    });
    this.#clients.add(client);
    this.#newcomers.push(client);
    this.#reading ??= leaveTrail(() => this.#read());
    this.#waker.wake();
    return client;
  }

  async close(): Promise<void> {
    this.#stopped = true;
    for (const client of [...this.#clients]) client.end();
    this.#waker.wake();
    await this.#reading;
  }

  async #read(): Promise<void> {
    while (this.#clients.size > 0 && !this.#stopped) {
      const more = await this.#turn().catch((error: unknown) => {
        this.#ctx.log.warn({ err: error }, 'log lines could not be read');
        return false;
      });
      if (!more && this.#newcomers.length === 0 && !this.#stopped) await this.#waker.sleep(this.#options.pollMs);
    }
    this.#position = null;
    this.#reading = null;
  }

  /** Passes on the next lines. True when there may be more at once. */
  async #turn(): Promise<boolean> {
    await this.#recheck();
    const to = await this.#complete();
    this.#position ??= { xid: to, id: FIRST_ID };
    await this.#welcome(this.#position);
    const rows = await readWritten(this.#ctx, this.#position, to, BATCH);
    for (const row of rows) for (const client of this.#live) client.send(row);
    const full = rows.length === BATCH;
    this.#position = full ? { xid: rows.at(-1)!.xid, id: rows.at(-1)!.id } : { xid: to, id: FIRST_ID };
    return full;
  }

  /** Taken in between two transactions. Who comes back reads what he missed first, as far as it is not too much. */
  async #welcome(position: LogPosition): Promise<void> {
    if (position.id !== FIRST_ID) return;
    for (const client of this.#newcomers.splice(0)) {
      this.#live.add(client);
      client.begin(client.last ?? position);
      if (!client.last || client.last.xid > position.xid) continue;
      const missed = await readWritten(this.#ctx, client.last, position.xid, MOST_MISSED);
      for (const row of missed) client.send(row);
    }
  }

  /** Below it nothing is written any more: no transaction that keeps lines takes as long as we wait for those that do other things. */
  async #complete(): Promise<number> {
    const at = performance.now();
    const { complete, next } = await readHorizon(this.#ctx);
    this.#horizons.push({ at, next });
    const settled = this.#horizons.findLast((one) => one.at <= at - this.#options.patienceMs);
    this.#horizons = this.#horizons.filter((one) => one === settled || one.at > at - this.#options.patienceMs);
    return Math.max(complete, settled?.next ?? 0, this.#position?.xid ?? 0);
  }

  async #recheck(): Promise<void> {
    if (performance.now() - this.#recheckedAt < this.#options.recheckMs) return;
    this.#recheckedAt = performance.now();
    const ids = [...new Set([...this.#clients].map(({ userId }) => userId))];
    const rows = await this.#ctx.db
      .select({ id: users.id })
      .from(users)
      .where(and(inArray(users.id, ids), eq(users.role, 'admin'), eq(users.banned, false)));
    const admins = new Set(rows.map(({ id }) => id));
    for (const client of [...this.#clients]) if (!admins.has(client.userId)) client.end();
  }
}
