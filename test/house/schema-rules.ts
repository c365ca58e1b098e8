import { getTableColumns, getTableName, is, Table } from 'drizzle-orm';

/** Tables that belong to no single organization, and why. */
export const globalTables: Record<string, string> = {
  users: 'a person may be a member of several',
  organizations: 'the organization itself',
  sessions: 'of a user',
  credentials: 'of a user',
  verifications: 'of an email address',
  api_keys: 'of a user',
  rate_limits: 'counters by key',
  platform_settings: 'the platform itself',
  platform_settings_versions: 'the platform itself',
  evolution_servers: 'run by the platform',
  idempotency_keys: 'of a user',
  early_amendments: 'of an instance: whose message it is will be known later',
  early_acks: 'of an instance: whose message it is will be known later',
  sent_sightings: 'of an instance: whose message it is is not known yet',
  refused_attempts: 'of a message, by the id that Evolution gave it',
  carrier_events: 'from a carrier: whose mail it is about will be known later',
  carrier_rates: 'of a carrier, shared by all who send through it',
  sandbox_mails: 'nobody gets them',
  sms_reports: 'from a carrier: whose SMS it is about will be known later',
  sandbox_sms: 'nobody gets them',
  error_groups: 'of the platform itself',
  ledger_proofs: 'of everybody at once',
  user_figures: 'of a user',
  countries: 'ISO 3166-1, the same for everybody',
  number_checks: 'a fact about a number, the same for everybody',
};

/** Every other table says whose its rows are. */
export function ownerlessTables(
  schema: Record<string, unknown>,
  known: Record<string, string> = globalTables,
): string[] {
  const tables = Object.values(schema).filter((value): value is Table => is(value, Table));
  const owned = (table: Table) => 'organizationId' in getTableColumns(table);
  return tables
    .filter((table) => !owned(table) && !(getTableName(table) in known))
    .map((table) => `${getTableName(table)} has no organization_id`);
}

/** A table that was dropped, or has an owner by now, leaves the list. */
export function staleExceptions(
  schema: Record<string, unknown>,
  known: Record<string, string> = globalTables,
): string[] {
  const tables = Object.values(schema).filter((value): value is Table => is(value, Table));
  const global = new Set(tables.filter((table) => !('organizationId' in getTableColumns(table))).map(getTableName));
  return Object.keys(known)
    .filter((name) => !global.has(name))
    .map((name) => `${name} is no global table any more`);
}

const MOMENT = /(^a|A)t$/;

/** Times are instants: `*_at` is timestamptz, and a timestamptz is named so. */
export function oddTimes(schema: Record<string, unknown>, borrowed: Record<string, string[]>): string[] {
  const tables = Object.values(schema).filter((value): value is Table => is(value, Table));
  return tables.flatMap((table) =>
    Object.entries(getTableColumns(table)).flatMap(([property, column]) => {
      const isInstant = column.getSQLType() === 'timestamp with time zone';
      const odd = isInstant !== MOMENT.test(property) || column.getSQLType() === 'timestamp';
      return odd && !borrowed[getTableName(table)]?.includes(property)
        ? [`${getTableName(table)}.${property} is ${column.getSQLType()}`]
        : [];
    }),
  );
}
