import type { ExtractTablesWithRelations } from 'drizzle-orm';
import type { PgDatabase } from 'drizzle-orm/pg-core';
import { drizzle, type PostgresJsQueryResultHKT } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { Gate } from './gate.ts';
import { RepeatedTexts } from './repeated-texts.ts';
import { schema } from './schema.ts';

type Schema = typeof schema;
/** The database or a transaction on it: verbs do not care which. */
export type Db = PgDatabase<PostgresJsQueryResultHKT, Schema, ExtractTablesWithRelations<Schema>>;
export type Client = postgres.Sql;
export type Database = { db: Db; client: Client; close(): Promise<void> };

/** How long a statement waits for another's lock: longer, and the caller is told to come again. */
const LOCK_TIMEOUT_MS = 8_000;

/**
 * Opens a pool of `max` connections to the PostgreSQL at `url`. Every query and transaction passes the gate, as many at
 * once as there are connections, so each finds one that is idle (test/db/client.test.ts shows what happens otherwise).
 */
export function openDatabase(url: string, options: { max?: number; applicationName?: string } = {}): Database {
  const max = options.max ?? 10;
  const client = postgres(url, {
    max,
    backoff: () => 0.2,
    connect_timeout: 10,
    idle_timeout: 300,
    onnotice: () => {},
    connection: {
      application_name: options.applicationName ?? 'ulak',
      idle_in_transaction_session_timeout: 60_000,
      lock_timeout: LOCK_TIMEOUT_MS,
      plan_cache_mode: 'force_custom_plan',
    },
  });
  const db = drizzle(gated(client, new Gate(max), new RepeatedTexts()), { schema, casing: 'snake_case' });
  return { db, client, close: () => client.end({ timeout: 5 }) };
}

type Unsafe = Client['unsafe'];
type Begin = (work: (transaction: Client) => unknown) => Promise<unknown>;

/** Drizzle calls only `unsafe` and `begin`, and reads `options`; those two wait at the gate. */
function gated(client: Client, gate: Gate, texts: RepeatedTexts): Client {
  const ready = preparing(client, texts);
  const unsafe = (...args: Parameters<Unsafe>) => {
    const run = <T>(shape: (query: ReturnType<Unsafe>) => PromiseLike<T>) =>
      gate.pass(() => shape(ready.unsafe(...args)));
    const rows = () => run((query) => query);
    return {
      // biome-ignore lint/suspicious/noThenProperty: postgres.js queries are thenables that start when awaited
      then: (ok: (v: unknown) => unknown, fail: (e: unknown) => unknown) => rows().then(ok, fail),
      catch: (fail: (e: unknown) => unknown) => rows().catch(fail),
      values: () => run((query) => query.values()),
    };
  };
  const begin: Begin = (work) =>
    gate.pass(() => (client.begin as unknown as Begin)((transaction) => work(preparing(transaction, texts))));
  return new Proxy(client, {
    get: (target, key) => (key === 'unsafe' ? unsafe : key === 'begin' ? begin : Reflect.get(target, key)),
  });
}

/**
 * Statements that come again are prepared: one trip to the server instead of two, and parsed once a connection. Planned
 * each time all the same (plan_cache_mode), for a plan made for a small table would be kept when 100,000 rows are in it.
 */
function preparing(client: Client, texts: RepeatedTexts): Client {
  const unsafe: Unsafe = (text, parameters, options) =>
    client.unsafe(text, parameters, {
      ...options,
      prepare: parameters !== undefined && parameters.length > 0 && texts.comesAgain(text),
    });
  return new Proxy(client, { get: (target, key) => (key === 'unsafe' ? unsafe : Reflect.get(target, key)) });
}
