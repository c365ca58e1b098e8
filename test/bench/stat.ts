import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
export async function topStatements(ctx: AppContext, n = 30) {
  const rows = await ctx.db.execute(
    sql`select calls, total_exec_time::numeric(10,1) as ms, mean_exec_time::numeric(10,3) as mean, total_plan_time::numeric(10,1) as plan, left(regexp_replace(query, '\s+', ' ', 'g'), 110) as q from pg_stat_statements where dbid=(select oid from pg_database where datname=current_database()) order by total_exec_time desc limit ${n}`,
  );
  for (const r of rows as any[])
    console.log(String(r.calls).padStart(7), String(r.ms).padStart(9), String(r.mean).padStart(8), r.q);
}
