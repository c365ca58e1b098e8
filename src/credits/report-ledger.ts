import { eq, inArray } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { type AppContext, actFor, inTransaction } from '#src/context.ts';
import { members, users } from '#src/db/schema/accounts.ts';
import { creditAccounts } from '#src/db/schema/credits.ts';
import { publishLiveEvent } from '#src/live/publish-live-event.ts';
import { type LedgerDifference, proveLedger } from './prove-ledger.ts';

const MOST_LISTED = 20;

/** Proves every account. What does not add up is logged as an error, written into the account's activities, and told to the platform's admins. */
export async function reportLedger(ctx: AppContext): Promise<LedgerDifference[]> {
  const differences = await proveLedger(ctx);
  if (differences.length === 0) return differences;
  ctx.log.error(
    { count: differences.length, differences: differences.slice(0, MOST_LISTED) },
    'the ledger does not add up',
  );
  const byUser = Map.groupBy(differences, ({ userId }) => userId);
  await inTransaction(ctx, async (ctx) => {
    for (const { userId, organizationId } of await accountsOf(ctx, [...byUser.keys()]))
      await recordActivity(actFor(ctx, { userId, organizationId }), {
        verb: 'credits.ledger-differs',
        subjectType: 'user',
        subjectId: userId,
        details: { differences: byUser.get(userId)!.slice(0, MOST_LISTED) },
      });
    const data = { count: differences.length, userIds: [...byUser.keys()].slice(0, MOST_LISTED) };
    for (const organizationId of await adminOrganizations(ctx))
      await publishLiveEvent({ ...ctx, organizationId }, { type: 'ledger.differs', data });
  });
  return differences;
}

const accountsOf = (ctx: AppContext, userIds: string[]) =>
  ctx.db
    .select({ userId: creditAccounts.userId, organizationId: creditAccounts.organizationId })
    .from(creditAccounts)
    .where(inArray(creditAccounts.userId, userIds));

async function adminOrganizations(ctx: AppContext): Promise<string[]> {
  const rows = await ctx.db
    .selectDistinct({ id: members.organizationId })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(eq(users.role, 'admin'));
  return rows.map(({ id }) => id);
}
