import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import type { World } from '#test/support/world.ts';

export type Watch = {
  /** How many rows were written since it was asked last. */
  written(): Promise<number>;
  /** Every table's rows and every stored file, digested. */
  fingerprint(): Promise<Record<string, string>>;
  files(): Promise<string>;
  /** Writes are not counted any more. */
  end(): Promise<void>;
};

const TALLY = 'matrix_writes';

/** Notes every row that is written and committed, in every table but the one in which pg-boss notes once a minute that it looked. */
export async function watchWrites({ ctx, dataDir }: World): Promise<Watch> {
  const rows = await ctx.db.execute<{ name: string }>(sql`
    select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'pgboss', 'drizzle') and c.relkind in ('r', 'p') and not c.relispartition
      and (n.nspname, c.relname) <> ('pgboss', 'version') order by 1`);
  const tables = rows.map(({ name }) => name);
  const each = (statement: (table: string) => string) =>
    ctx.db.execute(sql.raw(`do $do$ begin ${tables.map((table) => `${statement(table)};`).join(' ')} end $do$`));
  await ctx.db.execute(sql.raw(`create table ${TALLY} (id bigint generated always as identity)`));
  await ctx.db.execute(
    sql.raw(`create function ${TALLY}_note() returns trigger language plpgsql security definer as
      $f$ begin insert into public.${TALLY} default values; return null; end $f$`),
  );
  await each(
    (table) =>
      `create trigger ${TALLY} after insert or update or delete on ${table} for each row execute function public.${TALLY}_note()`,
  );
  const files = async () => {
    const entries = await readdir(dataDir, { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    return paths.sort().join('\n');
  };
  return {
    async written() {
      const deleted = await ctx.db.execute(sql.raw(`delete from ${TALLY}`));
      return deleted.count;
    },
    async fingerprint() {
      const digests = tables.map(
        (name) =>
          `select '${name}' as name, count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) as digest from ${name} t`,
      );
      const rows = await ctx.db.execute<{ name: string; digest: string }>(sql.raw(digests.join(' union all ')));
      return { ...Object.fromEntries(rows.map(({ name, digest }) => [name, digest])), files: await files() };
    },
    files,
    async end() {
      await each((table) => `drop trigger ${TALLY} on ${table}`);
    },
  };
}
