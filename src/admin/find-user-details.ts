import { and, count, desc, eq, gt, inArray, sql } from 'drizzle-orm';
import type { ApiKeyRow } from '#src/accounts/queries.ts';
import type { OrgContext } from '#src/context.ts';
import { apiKeys, sessions } from '#src/db/schema/accounts.ts';
import { activities } from '#src/db/schema/activities.ts';
import { campaignStatuses, campaigns } from '#src/db/schema/campaigns.ts';
import { creditTransactions } from '#src/db/schema/credits.ts';
import { instances } from '#src/db/schema/instances.ts';
import { findUser, type UserRow } from './queries.ts';

const MOST_RUNNING = 20;
const MOST_ACTIVITIES = 20;
const MOST_KEYS = 100;
const MOST_INSTANCES = 20;

type Campaign = Pick<typeof campaigns.$inferSelect, 'id' | 'name' | 'channel' | 'status' | 'startedAt'>;
type Instance = Pick<
  typeof instances.$inferSelect,
  'id' | 'name' | 'status' | 'phone' | 'createdAt' | 'deletedAt' | 'deletingAt'
>;
export type UserDetails = UserRow & {
  toppedUp: number;
  spent: number;
  campaignCounts: Record<(typeof campaignStatuses)[number], number>;
  running: Campaign[];
  instances: Instance[];
  sessionCount: number;
  keys: ApiKeyRow[];
  activities: (typeof activities.$inferSelect)[];
};

/** All that an operator wants to know of one user at a glance. Throws `not-found`. */
export async function findUserDetails(ctx: OrgContext, userId: string): Promise<UserDetails> {
  const row = await findUser(ctx, userId);
  const [credits, campaignCounts, running, numbers, sessionCount, keys, latest] = await Promise.all([
    readCredits(ctx, userId),
    countCampaigns(ctx, userId),
    listRunning(ctx, userId),
    listInstances(ctx, userId),
    ctx.db.$count(sessions, and(eq(sessions.userId, userId), gt(sessions.expiresAt, ctx.clock.now()))),
    ctx.db.select().from(apiKeys).where(eq(apiKeys.referenceId, userId)).orderBy(desc(apiKeys.id)).limit(MOST_KEYS),
    listActivities(ctx, userId),
  ]);
  const spent = credits.spent + (row.account?.unsettledCredits ?? 0);
  return {
    ...row,
    toppedUp: credits.toppedUp,
    spent,
    campaignCounts,
    running,
    instances: numbers,
    sessionCount,
    keys,
    activities: latest,
  };
}

async function readCredits(ctx: OrgContext, userId: string): Promise<{ toppedUp: number; spent: number }> {
  const { amountCredits, type } = creditTransactions;
  const [sums] = await ctx.db
    .select({
      toppedUp: sql<string>`coalesce(sum(${amountCredits}) filter (where ${type} = 'top-up'), 0)`,
      spent: sql<string>`coalesce(-sum(${amountCredits}) filter (where ${type} in ('campaign', 'message', 'refund')), 0)`,
    })
    .from(creditTransactions)
    .where(eq(creditTransactions.userId, userId));
  return { toppedUp: Number(sums!.toppedUp), spent: Number(sums!.spent) };
}

async function countCampaigns(ctx: OrgContext, userId: string): Promise<UserDetails['campaignCounts']> {
  const rows = await ctx.db
    .select({ status: campaigns.status, count: count() })
    .from(campaigns)
    .where(eq(campaigns.userId, userId))
    .groupBy(campaigns.status);
  const zero = Object.fromEntries(campaignStatuses.map((status) => [status, 0]));
  return {
    ...zero,
    ...Object.fromEntries(rows.map((row) => [row.status, row.count])),
  } as UserDetails['campaignCounts'];
}

const listRunning = (ctx: OrgContext, userId: string): Promise<Campaign[]> =>
  ctx.db
    .select({
      id: campaigns.id,
      name: campaigns.name,
      channel: campaigns.channel,
      status: campaigns.status,
      startedAt: campaigns.startedAt,
    })
    .from(campaigns)
    .where(and(eq(campaigns.userId, userId), inArray(campaigns.status, ['running', 'paused'])))
    .orderBy(desc(campaigns.id))
    .limit(MOST_RUNNING);

const listInstances = (ctx: OrgContext, userId: string): Promise<Instance[]> =>
  ctx.db
    .select({
      id: instances.id,
      name: instances.name,
      status: instances.status,
      phone: instances.phone,
      createdAt: instances.createdAt,
      deletedAt: instances.deletedAt,
      deletingAt: instances.deletingAt,
    })
    .from(instances)
    .where(eq(instances.userId, userId))
    .orderBy(desc(instances.id))
    .limit(MOST_INSTANCES);

const listActivities = (ctx: OrgContext, userId: string) =>
  ctx.db
    .select()
    .from(activities)
    .where(eq(activities.userId, userId))
    .orderBy(desc(activities.createdAt), desc(activities.id))
    .limit(MOST_ACTIVITIES);
