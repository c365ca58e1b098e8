import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { type EmailBar, type EmailBarColumns, emailBarSql } from './email-bar-sql.ts';

/** Why this address gets no marketing mail now; null when it may. Fails closed, as `emailBarSql` does. */
export async function readEmailBar(ctx: AppContext, asked: EmailBarColumns): Promise<EmailBar | null> {
  const [found] = await ctx.db.execute<{ bar: EmailBar | null }>(
    sql`select ${emailBarSql(ctx.clock.now(), asked)} as bar`,
  );
  if (!found) throw new Error('the question for a bar gave no row');
  return found.bar;
}
