import type { NodePgClient } from 'drizzle-orm/node-postgres';
import type { Pool, PoolClient, QueryArrayConfig, QueryResult } from 'pg';
import { nameConnectionError } from './connection-error.ts';
import { cullIdle } from './cull-idle.ts';
import { askEnclosed, type Enclosure, prepareAsker } from './enclosed-query.ts';
import type { StatementNames } from './statement-names.ts';
import { type Watch, watchAnswer } from './watch-answer.ts';

/** feature_not_supported; of a prepared statement: “cached plan must not change result type”. */
const CHANGED_RESULT = '0A000';
/** read_only_sql_transaction: the server is a standby now, and the connection would stay with it for as long as it lives. */
const READ_ONLY = '25006';

/** What leads out of a failed transaction must not come after anything else, which would fail as well. */
const STEP = /^(savepoint|release savepoint|rollback to) /;

export async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw nameConnectionError(error);
  }
}

type Line = { pool: Pool; watch: Watch };
export type Ask = (config: QueryArrayConfig, values: unknown[]) => Promise<QueryResult | QueryResult[]>;

/** When a connection turns out to be dead, those that lie idle may be as well. */
export async function askClient(
  { pool, watch }: Line,
  client: PoolClient,
  enclosure: Enclosure | undefined,
  config: QueryArrayConfig,
  values: unknown[],
): Promise<QueryResult> {
  const watched = <T>(answer: Promise<T>) => watchAnswer(client, answer, watch, () => void cullIdle(pool));
  if (!enclosure || STEP.test(config.text)) return watched(client.query(config, values));
  const asker = prepareAsker(enclosure[1] ?? enclosure[0]);
  // `pg` keeps book of what is prepared on a connection
  const { parsedStatements } = (client as unknown as { connection: { parsedStatements: Record<string, string> } })
    .connection;
  if (!parsedStatements[asker.name]) await watched(client.query(asker));
  return watched(askEnclosed(client, enclosure, config, values));
}

/** `pool.query` would close the connection of every statement that fails. */
export async function askPool(
  line: Line,
  enclosure: Enclosure | undefined,
  config: QueryArrayConfig,
  values: unknown[],
): Promise<QueryResult> {
  const client = await connect(line.pool);
  let broken = false;
  try {
    return await askClient(line, client, enclosure, config, values);
  } catch (error) {
    broken = isDemoted(error);
    throw error;
  } finally {
    client.release(broken);
  }
}

export function isDemoted(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause)
    if ((at as { code?: unknown }).code === READ_ONLY) return true;
  return false;
}

/** What Drizzle takes for a client. It answers with the rows; `rows`, `count` (rows touched) and `command` hang on them. */
export function answering(ask: Ask, names: StatementNames): NodePgClient {
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
