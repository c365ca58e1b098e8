import pg, { type QueryArrayConfig, type QueryResult } from 'pg';

/** Who asks: the belt's role with one organization, or (`none`) whoever opened the connection. */
export type Asker = { role: string; organizationId: string };

type Connection = {
  bind(message: { portal: string; statement: string; values: string[] }): void;
  execute(message: { portal: string }): void;
  sync(): void;
};

/** What `pg` calls on a query while its answer comes in; its types do not tell. */
interface Answering {
  portal: string;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: Connection): void;
  handleEmptyQuery(connection: Connection): void;
  prepare(connection: Connection): void;
}
const Query = pg.Query as unknown as new (
  config: QueryArrayConfig,
  values: unknown[],
  callback: (error: Error | null, result: QueryResult) => void,
) => Answering;

const STATEMENT = 'ulak_asker';

/** What has to be prepared on a connection before its first enclosed query; it lasts no longer than its transaction. */
export const prepareAsker = ({ role, organizationId }: Asker) => ({
  name: STATEMENT,
  text: `select set_config('role', $1, true), set_config('ulak.organization_id', $2, true)`,
  values: [role, organizationId],
});

/**
 * A statement sent together with the word on whose behalf it is asked, and inside a transaction with the one on whose behalf the
 * next are: one journey, one (implicit) transaction, so no later statement on the connection is asked in that name.
 */
class EnclosedQuery extends Query {
  readonly #before: Asker;
  readonly #after: Asker | undefined;
  #completed = 0;

  constructor(
    [before, after]: Enclosure,
    config: QueryArrayConfig,
    values: unknown[],
    callback: (error: Error | null, result: QueryResult) => void,
  ) {
    super(config, values, callback);
    this.#before = before;
    this.#after = after;
  }

  requiresPreparation(): boolean {
    return true;
  }

  override prepare(connection: Connection): void {
    announce(connection, this.#before);
    super.prepare(connection);
  }

  _getRows(connection: Connection): void {
    connection.execute({ portal: this.portal });
    if (this.#after) announce(connection, this.#after);
    connection.sync();
  }

  override handleDataRow(message: unknown): void {
    if (this.#completed === 1) super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, connection: Connection): void {
    if (this.#completed++ === 1) super.handleCommandComplete(message, connection);
  }

  override handleEmptyQuery(connection: Connection): void {
    this.#completed++;
    super.handleEmptyQuery(connection);
  }
}

function announce(connection: Connection, { role, organizationId }: Asker): void {
  connection.bind({ portal: '', statement: STATEMENT, values: [role, organizationId] });
  connection.execute({ portal: '' });
}

/** On whose behalf a statement is asked, and inside a transaction those after it. */
export type Enclosure = readonly [before: Asker, after?: Asker];

/** Asks one statement on that behalf. The connection must have been told `prepareAsker`. */
export const askEnclosed = (
  client: pg.ClientBase,
  enclosure: Enclosure,
  config: QueryArrayConfig,
  values: unknown[],
): Promise<QueryResult> =>
  new Promise((resolve, reject) => {
    const query = new EnclosedQuery(enclosure, config, values, (error, result) =>
      error ? reject(error) : resolve(result),
    );
    client.query(query as unknown as pg.Submittable);
  });
