import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { eraseRowsOf } from '#src/admin/erase-rows-of.ts';
import { erasedTables, keptTables } from '#src/admin/organization-tables.ts';
import { createWorld } from '#test/support/world.ts';

describe('a deleted organization', () => {
  it('every table that says whose its rows are is erased, or kept for a reason; each is found in the database', async () => {
    await using world = await createWorld();
    const { ctx, acme, globex } = world;
    const tables = await ctx.db.execute<{ name: string }>(sql`
      select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid
      where a.attname = 'organization_id' and not a.attisdropped and c.relkind in ('r', 'p') and not c.relispartition
        and c.relnamespace = 'public'::regnamespace`);
    const named = [...erasedTables.map(({ table }) => table), ...Object.keys(keptTables)];
    expect(tables.map(({ name }) => name).sort()).toEqual(named.sort());
    const deletion = { id: acme.userId, organizationId: acme.organizationId } as never;
    expect(await eraseRowsOf(ctx, deletion, new AbortController().signal)).toBe(true);
    for (const { table } of erasedTables) {
      const [left] = await ctx.db.execute(
        sql`select count(*)::int as n from ${sql.identifier(table)} where organization_id = ${acme.organizationId}::uuid`,
      );
      expect(left, table).toEqual({ n: 0 });
    }
    expect(await ctx.db.execute(sql`select 1 from user_settings where user_id = ${globex.userId}`)).toHaveLength(1);
  });
});
