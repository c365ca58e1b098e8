import { eq, sql } from 'drizzle-orm';
import type { AppContext, OrgContext } from '#src/context.ts';
import { userSettings } from '#src/db/schema/accounts.ts';
import { type Bucket, bucketEdges } from './bucket-edges.ts';

export type ChartPoint = { at: Date; toppedUp: number; spent: number; transferred: number };

const DEFAULT_ZONE = 'Europe/Istanbul';

/** The zone in which the caller's days and months begin. */
export const readTimeZone = (ctx: OrgContext): Promise<string> => zoneOfUser(ctx, ctx.userId);

export async function zoneOfUser(ctx: AppContext, userId: string): Promise<string> {
  const [row] = await ctx.db
    .select({ timeZone: userSettings.timeZone })
    .from(userSettings)
    .where(eq(userSettings.userId, userId));
  return row?.timeZone ?? DEFAULT_ZONE;
}

/**
 * The caller's statement by local day or month, empty ones included: `toppedUp` is top-ups and adjustments, `spent` campaigns
 * and messages less refunds (below zero where more came back than went out), `transferred` what colleagues gave less what they got, by the
 * time of the statement's line.
 */
export async function readChart(
  ctx: OrgContext,
  query: { from?: Date; to?: Date; bucket: Bucket },
): Promise<ChartPoint[]> {
  const edges = bucketEdges({ ...query, timeZone: await readTimeZone(ctx), now: ctx.clock.now() });
  const thresholds = `{${edges.map((edge) => edge.toISOString()).join(',')}}`;
  const sums = await ctx.db.execute<{ bucket: number; topped_up: string; spent: string; transferred: string }>(sql`
    select width_bucket(created_at, ${thresholds}::timestamptz[]) as bucket,
      coalesce(sum(amount_credits) filter (where type in ('top-up', 'adjustment')), 0) as topped_up,
      coalesce(-sum(amount_credits) filter (where type in ('campaign', 'message', 'refund')), 0) as spent,
      coalesce(sum(amount_credits) filter (where type = 'transfer'), 0) as transferred
    from credit_transactions
    where user_id = ${ctx.userId} and organization_id = ${ctx.organizationId}
      and created_at >= ${edges[0]!.toISOString()}::timestamptz and created_at < ${edges.at(-1)!.toISOString()}::timestamptz
    group by 1`);
  const byBucket = new Map(sums.map((row) => [row.bucket, row]));
  return edges.slice(0, -1).map((at, index) => {
    const sum = byBucket.get(index + 1);
    return {
      at,
      toppedUp: Number(sum?.topped_up ?? 0),
      spent: Number(sum?.spent ?? 0),
      transferred: Number(sum?.transferred ?? 0),
    };
  });
}
