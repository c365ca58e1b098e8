import {
  createTableRelationsHelpers,
  type ExtractTablesWithRelations,
  extractTablesRelationalConfig,
} from 'drizzle-orm';
import { PgDatabase, PgDialect, type PgQueryResultHKT } from 'drizzle-orm/pg-core';
import pg from 'pg';
import type { Tracing } from '#src/platform/tracing.ts';
import { createAnnouncer } from './announcer.ts';
import { type Listening, listen } from './listen.ts';
import { PromptClient } from './prompt-client.ts';
import { schema } from './schema.ts';
import { Session } from './session.ts';
import { tracedClient } from './traced-client.ts';
import { isAtWork } from './watch-answer.ts';

type Schema = typeof schema;

/** Raw statements answer with their rows; `count` says how many were touched. */
interface RowsHKT extends PgQueryResultHKT {
  type: this['row'] extends object ? this['row'][] & { readonly count: number } : never;
}

/** The database or a transaction on it: verbs do not care which. */
export type Db = PgDatabase<RowsHKT, Schema, ExtractTablesWithRelations<Schema>>;
export type Client = {
  /** LISTEN on a connection of its own that is opened again when it breaks; `onListening` is called every time. */
  listen(channel: string, onNotice: (payload: string) => void, onListening?: () => void): Promise<Listening>;
  /** NOTIFY, soon and outside of every transaction; may be lost. */
  announce(channel: string): void;
};
export type Database = { db: Db; client: Client; close(): Promise<void> };

/** How long a statement waits for another's lock, and a caller for a connection. Then he is told to come again. */
const LOCK_TIMEOUT_MS = 8_000;
const CONNECTION_TIMEOUT_MS = 8_000;
/** No transaction of ours waits for anything but the database: one that does has lost its client (or it is frozen), and its locks go. */
export const IDLE_TIMEOUT_MS = 15_000;
/** More than any statement of ours takes with a million rows; the server ends it then. */
const STATEMENT_TIMEOUT_MS = 300_000;
/** After so long without an answer it is asked whether there will be one. */
const PATIENCE_MS = 5_000;
const KEEP_ALIVE_MS = 10_000;
const CLOSE_TIMEOUT_MS = 5_000;

type DatabaseOptions = {
  max?: number;
  applicationName?: string;
  patienceMs?: number;
  idleTimeoutMs?: number;
  tracing?: Tracing;
};

/** Opens a pool of `max` connections to the PostgreSQL at `url`; they are made when they are needed. */
export function openDatabase(url: string, options: DatabaseOptions = {}): Database {
  const config: pg.PoolConfig = {
    connectionString: url,
    application_name: options.applicationName ?? 'ulak',
    idle_in_transaction_session_timeout: options.idleTimeoutMs ?? IDLE_TIMEOUT_MS,
    // the server too finds out that we are gone; what we held is then free for others
    options: '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=3 -c tcp_keepalives_count=3',
    lock_timeout: LOCK_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
  };
  const pool = new pg.Pool({
    ...config,
    Client: options.tracing?.on ? tracedClient(options.tracing) : PromptClient,
    max: options.max ?? 10,
    idleTimeoutMillis: 300_000,
  });
  // a connection that breaks is replaced; whoever was using it is told by his own statement
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  const dialect = new PgDialect({ casing: 'snake_case' });
  const { tables, tableNamesMap } = extractTablesRelationalConfig<ExtractTablesWithRelations<Schema>>(
    schema,
    createTableRelationsHelpers,
  );
  const patienceMs = options.patienceMs ?? PATIENCE_MS;
  const watch = { patienceMs, isAtWork: (processId: number) => isAtWork(config, processId) };
  const relational = { fullSchema: schema, schema: tables, tableNamesMap };
  const db = new PgDatabase(
    dialect,
    new Session({ pool, dialect, schema: relational, watch }),
    relational,
  ) as unknown as Db;
  const announcer = createAnnouncer((channel) => pool.query(`select pg_notify($1, '')`, [channel]));
  return {
    db,
    client: {
      listen: (channel, onNotice, onListening) => listen(config, channel, onNotice, onListening, patienceMs),
      announce: announcer.announce,
    },
    close: () => {
      announcer.close();
      return Promise.race([pool.end(), new Promise<void>((resolve) => setTimeout(resolve, CLOSE_TIMEOUT_MS).unref())]);
    },
  };
}
