import { and, eq, sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { suppressions } from '#src/db/schema/customers.ts';
import { notFound, Problem } from '#src/platform/problem.ts';
import { ownersReasons } from './closed-address-sql.ts';

/**
 * Lets the address be written to again. Throws `closed-by-recipient` where its owner closed it himself: only he can open it, by the
 * page that confirmed his unsubscribe.
 */
export function deleteSuppression(ctx: OrgContext, id: string): Promise<void> {
  return inTransaction(ctx, async (ctx) => {
    const mine = and(eq(suppressions.id, id), eq(suppressions.organizationId, ctx.organizationId));
    const owners = sql`(${suppressions.scope} = 'email' and coalesce(${suppressions.reason}, '') in ${ownersReasons})`;
    const [gone] = await ctx.db
      .delete(suppressions)
      .where(and(mine, sql`not ${owners}`))
      .returning({ level: suppressions.level });
    if (!gone) throw await refusal(ctx, mine);
    await recordActivity(ctx, {
      verb: 'suppressions.delete',
      subjectType: 'suppression',
      subjectId: id,
      details: { level: gone.level },
    });
  });
}

async function refusal(ctx: OrgContext, mine: ReturnType<typeof and>): Promise<Problem> {
  const [kept] = await ctx.db.select({ reason: suppressions.reason }).from(suppressions).where(mine);
  return kept ? new Problem('closed-by-recipient', { members: { reason: kept.reason } }) : notFound();
}
