import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { tables, travellingTables } from '#src/archive/tables.ts';
import { columnsNamed } from '#src/archive/travel.ts';
import { createWorld } from '#test/support/world.ts';

test('every table and column of the database says how it travels, once; every trigger rests while an archive is put in', async () => {
  await using world = await createWorld();
  const found = await world.ctx.db.execute<{
    table: string;
    columns: string[];
    computed: string[];
    keys: string[];
  }>(sql`
    select c.table_name as table, array_agg(c.column_name::text order by c.column_name) as columns,
      coalesce(array_agg(c.column_name::text) filter (where c.is_generated = 'ALWAYS' or c.is_identity = 'YES'), '{}') as computed
    from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
      and not exists (select from pg_inherits where inhrelid = format('%I.%I', c.table_schema, c.table_name)::regclass)
    group by c.table_name order by c.table_name`);
  expect(Object.keys(tables).sort(), 'a table without an entry: name it in src/archive/tables-of-*.ts').toEqual(
    found.map(({ table }) => table).sort(),
  );
  const wrong: string[] = [];
  for (const { table, columns, computed } of found) {
    const entry = tables[table]!;
    if ('never' in entry) continue;
    const named = columnsNamed(entry);
    for (const column of columns)
      if (named.filter((name) => name === column).length !== 1) wrong.push(`${table}.${column} is not named once`);
    for (const name of named) if (!columns.includes(name)) wrong.push(`${table}.${name} is no column`);
    for (const column of computed)
      if (!entry.stay?.split(/\s+/).includes(column)) wrong.push(`${table}.${column} is computed: it stays`);
    for (const column of columns)
      if (/sealed|secret|token|password|api_key/.test(column) && !entry.secret && !columnStays(entry, column))
        wrong.push(`${table}.${column} looks like a secret`);
    const known = travellingTables.find(({ name }) => name === table);
    if (!known?.key.length) wrong.push(`${table} is not in src/db/schema.ts, or has no key`);
  }
  expect(wrong).toEqual([]);
  const triggers = await world.ctx.db.execute<{ name: string }>(sql`
    select tgname as name from pg_trigger where not tgisinternal and tgparentid = 0
      and tgrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace)
      and pg_get_triggerdef(oid) not like '%is_importing()%' and pg_get_triggerdef(oid) not like '%guard_activities()'`);
  expect(
    triggers.map(({ name }) => name).sort(),
    'end the migration that makes a trigger with: SELECT hold_triggers_while_importing();',
  ).toEqual(['campaign_recipients_checked_insert', 'suppressions_hash']);
});

const columnStays = (entry: { stay?: string; secrets?: object }, column: string) =>
  entry.stay?.split(/\s+/).includes(column) === true || column in (entry.secrets ?? {});
