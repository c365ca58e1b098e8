import { type ExtractTablesWithRelations, type RelationalSchemaConfig, sql } from 'drizzle-orm';
import { type NodePgClient, NodePgSession, NodePgTransaction } from 'drizzle-orm/node-postgres';
import { PgDatabase, type PgDialect, type PgTransactionConfig } from 'drizzle-orm/pg-core';
import type { Pool } from 'pg';
import { answering, askClient, askPool, connect, isDemoted } from './asking.ts';
import { BELT_ROLE } from './belt-role.ts';
import type { Asker, Enclosure } from './enclosed-query.ts';
import { Gate } from './gate.ts';
import type { schema } from './schema.ts';
import { StatementNames } from './statement-names.ts';
import type { Watch } from './watch-answer.ts';

type Full = typeof schema;
type Tables = ExtractTablesWithRelations<Full>;
type Transaction = NodePgTransaction<Full, Tables>;

/** What a session asks with, under a belt or not. */
type Means = { pool: Pool; dialect: PgDialect; schema: RelationalSchemaConfig<Tables>; watch: Watch };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** So many organizations' ways into the database are kept ready. */
const MOST_KEPT = 1_000;

/** A session that knows the way round its belt; null: it wears none. */
class TiedSession extends NodePgSession<Full, Tables> {
  readonly outside: (() => unknown) | null;

  constructor({ dialect, schema }: Means, client: NodePgClient, outside: (() => unknown) | null) {
    super(client, dialect, schema);
    this.outside = outside;
  }
}

const sessionOf = (db: object): unknown => (db as { _?: { session?: unknown } })._?.session;

/** Asks round the belt of `db`, on the same connection where that is a transaction; one without a belt comes back as it is. */
export function outsideOf<D extends object>(db: D): D {
  const session = sessionOf(db);
  return session instanceof TiedSession && session.outside ? (session.outside() as D) : db;
}

/** Asks as one organization: of tenant tables `db` then sees its rows only. A transaction keeps what it has. */
export function beltedOf<D extends object>(db: D, organizationId: string): D {
  const session = sessionOf(outsideOf(db));
  return session instanceof Session ? (session.beltedFor(organizationId) as D) : db;
}

/**
 * Drizzle's session over a pool of `pg`, with six differences: raw statements answer with their rows, a failed statement
 * does not cost its connection, one to a server that has become read-only is given up, a transaction gives its connection back
 * however it ends, what comes often is prepared, and it may wear a belt: what is asked is asked as a role that sees the rows of
 * one organization.
 */
export class Session extends TiedSession {
  readonly #means: Means;
  readonly #asker: Asker | null;
  readonly #names: StatementNames;
  /** Plans made under the belt are no good outside of it. */
  readonly #beltNames: StatementNames;
  readonly #belted = new Map<string, unknown>();

  constructor(means: Means, outer?: { session: Session; db: unknown; asker: Asker }) {
    const names = outer ? outer.session.#beltNames : new StatementNames();
    const enclosure: Enclosure | undefined = outer && [outer.asker];
    const ask = answering((config, values) => askPool(means, enclosure, config, values), names);
    super(means, ask, outer ? () => outer.db : null);
    this.#means = means;
    this.#asker = outer?.asker ?? null;
    this.#names = outer ? outer.session.#names : names;
    this.#beltNames = outer ? names : new StatementNames('ulak_belt_');
  }

  beltedFor(organizationId: string): unknown {
    const kept = this.#belted.get(organizationId);
    if (kept) return kept;
    if (!UUID.test(organizationId)) throw new Error('The belt needs an organization');
    if (this.#belted.size >= MOST_KEPT) this.#belted.clear();
    const { dialect, schema } = this.#means;
    const outer = {
      session: this,
      db: new PgDatabase(dialect, this, schema),
      asker: { role: BELT_ROLE, organizationId },
    };
    const db = new PgDatabase(dialect, new Session(this.#means, outer), schema);
    this.#belted.set(organizationId, db);
    return db;
  }

  override async transaction<T>(work: (tx: Transaction) => Promise<T>, mode?: PgTransactionConfig): Promise<T> {
    const client = await connect(this.#means.pool);
    const line = new Gate(1);
    const asking = (names: StatementNames, enclosure?: Enclosure) =>
      answering((config, values) => line.pass(() => askClient(this.#means, client, enclosure, config, values)), names);
    const tx = this.#begin(asking);
    let broken = false;
    try {
      await tx.execute(this.#beginning());
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

  #begin(asking: (names: StatementNames, enclosure?: Enclosure) => NodePgClient): Transaction {
    const { dialect, schema } = this.#means;
    const made = (client: NodePgClient, outside: (() => unknown) | null) =>
      new NodePgTransaction<Full, Tables>(dialect, new TiedSession(this.#means, client, outside), schema);
    const asker = this.#asker;
    if (!asker) return made(asking(this.#names), null);
    let beside: Transaction | undefined;
    return made(asking(this.#beltNames), () => {
      beside ??= made(asking(this.#names, [{ ...asker, role: 'none' }, asker]), null);
      return beside;
    });
  }

  /** One journey. The role and the organization end with the transaction, however it ends. */
  #beginning() {
    if (!this.#asker) return sql`begin`;
    const { role, organizationId } = this.#asker;
    return sql.raw(`begin; set local role ${role}; set local ulak.organization_id = '${organizationId}'`);
  }
}
