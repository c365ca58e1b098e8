import { getTableName, is, Table } from 'drizzle-orm';
import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core';
import { schema } from '#src/db/schema.ts';
import { tablesOfAccounts } from './tables-of-accounts.ts';
import { tablesOfAppointments } from './tables-of-appointments.ts';
import { tablesOfCustomers } from './tables-of-customers.ts';
import { tablesOfMail } from './tables-of-mail.ts';
import { tablesOfSending } from './tables-of-sending.ts';
import { type SecretKind, type Stays, type Travel, words } from './travel.ts';

/** How every table of the schema travels, or why it does not. */
export const tables: Record<string, Travel | Stays> = {
  ...tablesOfAccounts,
  ...tablesOfCustomers,
  ...tablesOfSending,
  ...tablesOfMail,
  ...tablesOfAppointments,
};

export type Scope = 'platform' | 'organization';
export type Column = {
  name: string;
  /** As PostgreSQL calls it. */
  type: string;
  notNull: boolean;
  /** What a text may be. */
  oneOf: readonly string[] | null;
  /** Text or JSON that holds ids. */
  holdsIds: boolean;
};
export type TravellingTable = {
  name: string;
  travel: Travel;
  /** Those that go as they are, in the order of a line. */
  columns: Column[];
  secrets: [name: string, kind: SecretKind][];
  /** The columns that tell its rows apart. */
  key: string[];
  hasOwner: boolean;
};

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const travels = (entry: Travel | Stays | undefined): entry is Travel => entry !== undefined && 'in' in entry;

function describe(table: PgTable, travel: Travel): TravellingTable {
  const { columns, primaryKeys } = getTableConfig(table);
  const named = new Map(columns.map((column) => [snake(column.name), column]));
  const holdingIds = new Set(words(travel.ids));
  const names = [...words(travel.columns), ...holdingIds];
  return {
    name: getTableName(table),
    travel,
    columns: names.flatMap((name) => {
      const column = named.get(name);
      if (!column) return [];
      const { notNull, enumValues } = column;
      return [{ name, type: column.getSQLType(), notNull, oneOf: enumValues ?? null, holdsIds: holdingIds.has(name) }];
    }),
    secrets: Object.entries(travel.secrets ?? {}),
    key:
      primaryKeys[0]?.columns.map(({ name }) => snake(name)) ??
      columns.filter(({ primary }) => primary).map(({ name }) => snake(name)),
    hasOwner: named.has('organization_id'),
  };
}

const all = Object.values(schema).filter((value) => is(value, Table)) as PgTable[];

/** Which tables a table's rows point at. */
function needsOf(table: PgTable): Set<string> {
  const entry = tables[getTableName(table)];
  return new Set([
    ...getTableConfig(table).foreignKeys.map((key) => getTableName(key.reference().foreignTable)),
    ...(travels(entry) ? (entry.after ?? []) : []),
  ]);
}

/** Those that others point at first. */
function arrange(): PgTable[] {
  const waiting = new Map(all.map((table) => [getTableName(table), table]));
  const arranged: PgTable[] = [];
  while (waiting.size > 0) {
    const ready = [...waiting].filter(([name, table]) =>
      [...needsOf(table)].every((needed) => needed === name || !waiting.has(needed)),
    );
    if (ready.length === 0) throw new Error(`tables that point at each other: ${[...waiting.keys()].join(', ')}`);
    for (const [name, table] of ready) {
      arranged.push(table);
      waiting.delete(name);
    }
  }
  return arranged;
}

const arranged = arrange();

/** Every table that travels, those that others point at first. */
export const travellingTables: TravellingTable[] = arranged.flatMap((table) => {
  const travel = tables[getTableName(table)];
  return travels(travel) ? [describe(table, travel)] : [];
});

const isOwned = (table: PgTable): boolean =>
  getTableConfig(table).columns.some(({ name }) => snake(name) === 'organization_id');

/** What stays of an organization in whose place another comes: what was done and said, archives themselves, what is still to be counted. */
const STAYING = ['activities', 'archive_exports', 'archive_imports', 'log_lines', 'sent_tallies', 'user_deletions'];

/** Every table of rows that are an organization's, those that point at others first; what stays left out. */
export const ownedTables: string[] = arranged
  .filter(isOwned)
  .map((table) => getTableName(table))
  .filter((name) => !STAYING.includes(name))
  .reverse();

/** Where rows of an organization point, as foreign keys say: column and table. */
export const pointersOf = (name: string): { column: string; to: string }[] => {
  const table = all.find((one) => getTableName(one) === name)!;
  return getTableConfig(table).foreignKeys.flatMap((key) => {
    const { columns, foreignTable } = key.reference();
    return columns.length === 1 ? [{ column: snake(columns[0]!.name), to: getTableName(foreignTable) }] : [];
  });
};

/** Those of an archive, in the order in which they stand in it. */
export const tablesOf = (scope: Scope): TravellingTable[] =>
  travellingTables.filter(({ travel }) => !travel.secret && (scope === 'platform' || travel.in === 'organization'));

/** Those that stand whole in its locked part. */
export const secretTablesOf = (scope: Scope): TravellingTable[] =>
  travellingTables.filter(({ travel }) => travel.secret && (scope === 'platform' || travel.in === 'organization'));
