import type pg from 'pg';

type Column = { table: string; name: string; type: string };

const OPENED = `do $$ declare it record; begin
  for it in select conrelid::regclass as of, quote_ident(conname) as name from pg_constraint
    where contype = 'c' and conrelid <> 0 and coninhcount = 0 and connamespace = 'public'::regnamespace
  loop execute format('alter table %s drop constraint %s', it.of, it.name); end loop;
  for it in select oid::regclass as of from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
  loop execute format('alter table %s disable trigger all', it.of); end loop;
end $$`;

/** A value of any type: rows need not make sense, only to be there. */
const madeUp = ({ name, type }: Column, organization: string): string => {
  if (name === 'organization_id') return `'${organization}'`;
  if (type.endsWith('[]')) return `'{}'`;
  if (type === 'uuid') return 'gen_random_uuid()';
  if (/^(text|character)/.test(type)) return 'gen_random_uuid()::text';
  if (/int|numeric|double|real/.test(type)) return '(random() * 30000)::integer';
  if (/^(timestamp|date|time)/.test(type)) return 'now()';
  if (type === 'boolean') return 'false';
  if (type.startsWith('json')) return `'{}'`;
  if (type === 'bytea') return `'\\x00'`;
  throw new Error(`a value of ${type}?`);
};

/** The tables with an organization_id, and what each needs to be given in a new row. */
export async function tenantTables(client: pg.Client): Promise<Map<string, Column[]>> {
  const { rows } = await client.query<Column & { needed: boolean }>(`
    select c.relname as table, a.attname as name, format_type(a.atttypid, null) as type,
      a.attname = 'organization_id' or a.attnotnull and not a.atthasdef and a.attidentity = '' as needed
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and exists (select from pg_attribute o where o.attrelid = c.oid and o.attname = 'organization_id')
    order by c.relname, a.attnum`);
  const tables = new Map<string, Column[]>();
  for (const row of rows) {
    const columns = tables.get(row.table) ?? [];
    if (row.needed) columns.push(row);
    tables.set(row.table, columns);
  }
  return tables;
}

export const insertion = (table: string, columns: Column[], organization: string): string =>
  `insert into "${table}" (${columns.map(({ name }) => `"${name}"`)}) values (${columns.map((column) => madeUp(column, organization))})`;

/** A row of each organization in every tenant table. Checks, foreign keys and triggers are off from here on: it is about whose rows are whose. */
export async function crowd(client: pg.Client, organizations: string[]): Promise<void> {
  await client.query(OPENED);
  const tables = await tenantTables(client);
  for (const [table, columns] of tables)
    for (const organization of organizations) await client.query(insertion(table, columns, organization));
}
