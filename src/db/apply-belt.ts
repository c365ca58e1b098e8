import type { Client } from 'pg';
import { BELT_ROLE } from './belt-role.ts';
import { beltFunctions, beltOf, type Privilege } from './belt-tables.ts';

/** The user of DATABASE_URL may not do what the belt needs. */
export class BeltRefused extends Error {}

const DENIED = '42501';
/** duplicate_object, unique_violation, and “tuple concurrently updated”: another process was as quick, on the server that both share. */
const DONE_BY_ANOTHER = ['42710', '23505', 'XX000'];
const PRIVILEGES: Privilege[] = ['select', 'insert', 'update', 'delete'];

type Table = {
  name: string;
  isOwned: boolean;
  isOurs: boolean;
  isPartition: boolean;
  guarded: boolean;
  /** What the policy said when it was made. */
  policy: string | null;
  granted: Privilege[];
};

/**
 * Puts row level security round every table: its role, and per table what that role may do with which rows. Only what differs is
 * changed, so that a new tenant table gets its policy with the migration that makes it and nobody can forget it.
 */
export async function applyBelt(client: Client): Promise<void> {
  const tables = await readTables(client);
  const strange = tables.find(({ isOurs }) => !isOurs);
  if (strange)
    throw new BeltRefused(
      `DATABASE_URL: its user has to own the tables, and ${strange.name} is somebody else's: row level security would hide its rows`,
    );
  const statements = [...tables.flatMap(beltTable), ...(await missingGrants(client))];
  if (statements.length === 0) return;
  await client.query(['begin', `grant usage on schema public to ${BELT_ROLE}`, ...statements, 'commit'].join(';\n'));
}

/** Makes the role, so that migrations can speak of it, and sees to it that our user may act as it. */
export async function ensureBeltRole(client: Client): Promise<void> {
  await client
    .query(`do $$ begin
    if not exists (select from pg_roles where rolname = '${BELT_ROLE}') then create role ${BELT_ROLE} nologin; end if;
  end $$`)
    .catch(explain);
  const asked = `select current_setting('server_version_num')::int as version, quote_ident(current_user) as name`;
  const { version, name } = (await client.query(asked)).rows[0] as { version: number; name: string };
  const may = async () => {
    const { rows } = await client.query('select pg_has_role($1, $2) as may', [
      BELT_ROLE,
      version >= 160_000 ? 'SET' : 'MEMBER',
    ]);
    return rows[0].may === true;
  };
  if (await may()) return;
  const grant = `grant ${BELT_ROLE} to ${name}${version >= 160_000 ? ' with inherit false, set true' : ''}`;
  await client.query(grant).catch(explain);
  if (!(await may())) throw refusal(name);
}

async function explain(error: { code?: string }): Promise<void> {
  if (DONE_BY_ANOTHER.includes(error.code ?? '')) return;
  throw error.code === DENIED ? refusal('<the user of DATABASE_URL>') : error;
}

const refusal = (name: string) =>
  new BeltRefused(
    `DATABASE_URL: its user may not make the role that keeps organizations apart; have an administrator of the server run: create role ${BELT_ROLE} nologin; grant ${BELT_ROLE} to ${name};`,
  );

async function readTables(client: Client): Promise<Table[]> {
  const { rows } = await client.query(
    `select c.relname as name, c.relispartition as "isPartition", c.relrowsecurity as guarded,
        pg_has_role(c.relowner, 'USAGE') as "isOurs",
        exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'organization_id' and not a.attisdropped) as "isOwned",
        (select coalesce(obj_description(p.oid, 'pg_policy'), '') from pg_policy p where p.polrelid = c.oid and p.polname = $1) as policy,
        array(select p from unnest($2::text[]) p where has_table_privilege($1, c.oid, p)) as granted
      from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by c.relname`,
    [BELT_ROLE, PRIVILEGES],
  );
  return rows;
}

/** Partitions are reached through their table only. */
function beltTable({ name, isOwned, isPartition, guarded, policy, granted }: Table): string[] {
  const table = `"${name}"`;
  const belt = isPartition ? null : beltOf(name, isOwned);
  const may = belt?.may ?? [];
  const using = belt?.using ?? null;
  const taken = granted.filter((privilege) => !may.includes(privilege));
  const given = may.filter((privilege) => !granted.includes(privilege));
  return [
    ...(using !== null && !guarded ? [`alter table ${table} enable row level security`] : []),
    ...(using === policy ? [] : repolicy(table, using, policy)),
    ...(taken.length > 0 ? [`revoke ${taken.join(', ')} on ${table} from ${BELT_ROLE}`] : []),
    ...(given.length > 0 ? [`grant ${given.join(', ')} on ${table} to ${BELT_ROLE}`] : []),
  ];
}

const repolicy = (table: string, using: string | null, policy: string | null): string[] => [
  ...(policy === null ? [] : [`drop policy ${BELT_ROLE} on ${table}`]),
  ...(using === null
    ? []
    : [
        `create policy ${BELT_ROLE} on ${table} to ${BELT_ROLE} using (${using})`,
        `comment on policy ${BELT_ROLE} on ${table} is '${using.replaceAll("'", "''")}'`,
      ]),
];

async function missingGrants(client: Client): Promise<string[]> {
  const sequences = await client.query<{ name: string }>(
    `select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'S'
      and case when c.relkind = 'S' then not has_sequence_privilege($1, c.oid, 'USAGE') end`,
    [BELT_ROLE],
  );
  const functions = await client.query<{ name: string }>(
    `select name from unnest($2::text[]) name where not has_function_privilege($1, name, 'EXECUTE')`,
    [BELT_ROLE, beltFunctions],
  );
  return [
    ...sequences.rows.map(({ name }) => `grant usage on sequence "${name}" to ${BELT_ROLE}`),
    ...functions.rows.map(({ name }) => `grant execute on function ${name} to ${BELT_ROLE}`),
  ];
}
