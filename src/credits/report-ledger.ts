import { and, desc, eq, gt, inArray, sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { type AppContext, actFor, inTransaction } from '#src/context.ts';
import { members, users } from '#src/db/schema/accounts.ts';
import { activities } from '#src/db/schema/activities.ts';
import { creditAccounts, ledgerProofs } from '#src/db/schema/credits.ts';
import { publishLiveEvent } from '#src/live/publish-live-event.ts';
import { type LedgerDifference, proveLedger } from './prove-ledger.ts';

const VERB = 'credits.ledger-differs';
const MOST_LISTED = 20;
/** The same differences are said again the next night, not by a second run of the same one. */
const SAID_FOR_MS = 12 * 3_600_000;

/**
 * Proves every account. What does not add up is logged as an error, written into the account's activities, and told to the platform's admins:
 * once, however many runs find it at the same time.
 */
export async function reportLedger(ctx: AppContext): Promise<LedgerDifference[]> {
  const differences = await proveLedger(ctx);
  await keepProof(ctx, differences.length);
  if (differences.length === 0) return differences;
  ctx.log.error(
    { count: differences.length, differences: differences.slice(0, MOST_LISTED) },
    'the ledger does not add up',
  );
  const byUser = Map.groupBy(differences, ({ userId }) => userId);
  await inTransaction(ctx, async (ctx) => {
    await ctx.db.execute(sql`select pg_advisory_xact_lock(hashtext(${VERB}))`);
    let isNews = false;
    for (const { userId, organizationId } of await accountsOf(ctx, [...byUser.keys()])) {
      const details = { differences: byUser.get(userId)!.slice(0, MOST_LISTED) };
      if (await wasSaid(ctx, userId, details)) continue;
      isNews = true;
      await recordActivity(actFor(ctx, { userId, organizationId }), {
        verb: VERB,
        subjectType: 'user',
        subjectId: userId,
        details,
      });
    }
    if (!isNews) return;
    const data = { count: differences.length, userIds: [...byUser.keys()].slice(0, MOST_LISTED) };
    for (const organizationId of await adminOrganizations(ctx))
      await publishLiveEvent({ ...ctx, organizationId }, { type: 'ledger.differs', data });
  });
  return differences;
}

const keepProof = async (ctx: AppContext, differences: number): Promise<void> => {
  const accounts = await ctx.db.$count(creditAccounts);
  await ctx.db.insert(ledgerProofs).values({ provedAt: ctx.clock.now(), accounts, differences });
};

async function wasSaid(ctx: AppContext, userId: string, details: object): Promise<boolean> {
  const [latest] = await ctx.db
    .select({ same: sql<boolean>`${activities.details} = ${JSON.stringify(details)}::jsonb` })
    .from(activities)
    .where(
      and(
        eq(activities.userId, userId),
        eq(activities.verb, VERB),
        gt(activities.createdAt, new Date(ctx.clock.now().getTime() - SAID_FOR_MS)),
      ),
    )
    .orderBy(desc(activities.createdAt), desc(activities.id))
    .limit(1);
  return latest?.same ?? false;
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
