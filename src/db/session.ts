import { type ExtractTablesWithRelations, type RelationalSchemaConfig, sql } from 'drizzle-orm';
import { type NodePgClient, NodePgSession, NodePgTransaction } from 'drizzle-orm/node-postgres';
import type { PgDialect, PgTransactionConfig } from 'drizzle-orm/pg-core';
import type { Pool, PoolClient, QueryArrayConfig, QueryResult } from 'pg';
import { nameConnectionError } from './connection-error.ts';
import { cullIdle } from './cull-idle.ts';
import { Gate } from './gate.ts';
import type { schema } from './schema.ts';
import { StatementNames } from './statement-names.ts';
import { type Watch, watchAnswer } from './watch-answer.ts';

/** feature_not_supported; of a prepared statement: “cached plan must not change result type”. */
const CHANGED_RESULT = '0A000';
/** read_only_sql_transaction: the server is a standby now, and the connection would stay with it for as long as it lives. */
const READ_ONLY = '25006';

type Full = typeof schema;
type Tables = ExtractTablesWithRelations<Full>;

/**
 * Drizzle's session over a pool of `pg`, with five differences: raw statements answer with their rows, a failed statement
 * does not cost its connection, one to a server that has become read-only is given up, a transaction gives its connection back
 * however it ends, and what comes often is prepared.
 */
export class Session extends NodePgSession<Full, Tables> {
  readonly #pool: Pool;
  readonly #watch: Watch;
  readonly #dialect: PgDialect;
  readonly #schema: RelationalSchemaConfig<Tables>;
  readonly #names: StatementNames;

  constructor(pool: Pool, dialect: PgDialect, relational: RelationalSchemaConfig<Tables>, watch: Watch) {
    const names = new StatementNames();
    super(
      answering((config, values) => askPool(pool, watch, config, values), names),
      dialect,
      relational,
    );
    this.#names = names;
    this.#pool = pool;
    this.#watch = watch;
    this.#dialect = dialect;
    this.#schema = relational;
  }

  override async transaction<T>(
    work: (tx: NodePgTransaction<Full, Tables>) => Promise<T>,
    mode?: PgTransactionConfig,
  ): Promise<T> {
    const client = await connect(this.#pool);
    const line = new Gate(1);
    const own = answering(
      (config, values) => line.pass(() => query(this.#pool, client, this.#watch, config, values)),
      this.#names,
    );
    const session = new NodePgSession<Full, Tables>(own, this.#dialect, this.#schema);
    const tx = new NodePgTransaction<Full, Tables>(this.#dialect, session, this.#schema);
    let broken = false;
    try {
      await tx.execute(sql`begin`);
      if (mode) await tx.setTransaction(mode);
      const result = await work(tx);
      const { command } = (await tx.execute(sql`commit`)) as unknown as { command: string };
      // PostgreSQL answers so, without an error, when a statement had failed and its error was swallowed
      if (command === 'ROLLBACK') throw new Error('A statement of the transaction had failed: nothing was committed');
      return result;
    } catch (error) {
      broken = isDemoted(error);
      await tx.execute(sql`rollback`).catch(() => {
        broken = true;
      });
      throw error;
    } finally {
      client.release(broken);
    }
  }
}

async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw nameConnectionError(error);
  }
}

/** When a connection turns out to be dead, those that lie idle may be as well. */
const query = (pool: Pool, client: PoolClient, watch: Watch, config: QueryArrayConfig, values: unknown[]) =>
  watchAnswer(client, client.query(config, values), watch, () => void cullIdle(pool));

/** `pool.query` would close the connection of every statement that fails. */
async function askPool(pool: Pool, watch: Watch, config: QueryArrayConfig, values: unknown[]): Promise<QueryResult> {
  const client = await connect(pool);
  let broken = false;
  try {
    return await query(pool, client, watch, config, values);
  } catch (error) {
    broken = isDemoted(error);
    throw error;
  } finally {
    client.release(broken);
  }
}

function isDemoted(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause)
    if ((at as { code?: unknown }).code === READ_ONLY) return true;
  return false;
}

type Ask = (config: QueryArrayConfig, values: unknown[]) => Promise<QueryResult | QueryResult[]>;

/** What Drizzle takes for a client. It answers with the rows; `rows`, `count` (rows touched) and `command` hang on them. */
function answering(ask: Ask, names: StatementNames): NodePgClient {
  const query = async (config: QueryArrayConfig, values: unknown[]) => {
    const name = values?.length > 0 ? names.nameOf(config.text) : undefined;
    const answer = await ask(name ? { ...config, name } : config, values).catch((error: unknown) => {
      if (name && (error as { code?: string }).code === CHANGED_RESULT) names.forget();
      throw nameConnectionError(error);
    });
    const { rows, rowCount, command } = Array.isArray(answer) ? answer.at(-1)! : answer;
    return Object.defineProperties(rows, {
      rows: { value: rows },
      count: { value: rowCount ?? 0 },
      command: { value: command },
    });
  };
  return { query } as unknown as NodePgClient;
}
