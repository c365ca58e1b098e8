import { sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { Problem } from '#src/platform/problem.ts';
import { type Bucket, bucketEdges } from './bucket-edges.ts';
import { requireAccount } from './queries.ts';
import { zoneOfUser } from './read-chart.ts';

export type CreditFlow = {
  at: Date;
  toppedUp: number;
  corrected: number;
  spent: number;
  refunded: number;
  transferredIn: number;
  transferredOut: number;
  /** Null: before it was first looked at. */
  held: number | null;
};

type FlowQuery = { from?: Date; to?: Date; bucket: Bucket; timeZone?: string; userId?: string };
type Row = Record<'topped_up' | 'corrected' | 'spent' | 'refunded' | 'transferred_in' | 'transferred_out', string> & {
  bucket: number;
};

/**
 * For platform admins: what the statements of everybody, or of one user, say by local day or month, and what was held at the end of each. What
 * flowed is summed up from the lines themselves, by an index that holds all that is asked; what was held is what `sampleHeld` wrote
 * last before, and in the bucket that is not over yet, what is held now.
 */
export async function readCreditFlows(ctx: OrgContext, query: FlowQuery): Promise<CreditFlow[]> {
  if (!ctx.isAdmin) throw new Problem('forbidden');
  const { userId } = query;
  if (userId !== undefined) await requireAccount(ctx, userId);
  const timeZone = query.timeZone ?? (await zoneOfUser(ctx, userId ?? ctx.userId));
  const edges = bucketEdges({ ...query, timeZone, now: ctx.clock.now() });
  const [flows, held] = await Promise.all([readFlows(ctx, edges, userId), readHeld(ctx, edges, userId)]);
  return edges.slice(0, -1).map((at, index) => {
    const row = flows.get(index + 1);
    return {
      at,
      toppedUp: Number(row?.topped_up ?? 0),
      corrected: Number(row?.corrected ?? 0),
      spent: Number(row?.spent ?? 0),
      refunded: Number(row?.refunded ?? 0),
      transferredIn: Number(row?.transferred_in ?? 0),
      transferredOut: Number(row?.transferred_out ?? 0),
      held: held[index] ?? null,
    };
  });
}

const arrayOf = (edges: Date[]) => sql`${`{${edges.map((edge) => edge.toISOString()).join(',')}}`}::timestamptz[]`;

async function readFlows(ctx: OrgContext, edges: Date[], userId: string | undefined): Promise<Map<number, Row>> {
  const whose = userId === undefined ? sql`true` : sql`user_id = ${userId}`;
  const rows = await ctx.db.execute<Row>(sql`
    select width_bucket(created_at, ${arrayOf(edges)}) as bucket,
      coalesce(sum(amount_credits) filter (where type = 'top-up'), 0) as topped_up,
      coalesce(sum(amount_credits) filter (where type = 'adjustment'), 0) as corrected,
      coalesce(-sum(amount_credits) filter (where type in ('campaign', 'message')), 0) as spent,
      coalesce(sum(amount_credits) filter (where type = 'refund'), 0) as refunded,
      coalesce(sum(amount_credits) filter (where type = 'transfer' and amount_credits > 0), 0) as transferred_in,
      coalesce(-sum(amount_credits) filter (where type = 'transfer' and amount_credits < 0), 0) as transferred_out
    from credit_transactions
    where ${whose} and created_at >= ${edges[0]!.toISOString()}::timestamptz and created_at < ${edges.at(-1)!.toISOString()}::timestamptz
    group by 1`);
  return new Map(rows.map((row) => [row.bucket, row]));
}

/** Of a user who never had anything held there is no line: he had nothing, from the platform's first line on. */
async function readHeld(ctx: OrgContext, edges: Date[], userId: string | undefined): Promise<(number | null)[]> {
  const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
  const sampled = sql`select held_credits from held_samples where user_id is null and sampled_at < e.until_at order by sampled_at desc limit 1`;
  const own = sql`select held_credits from held_samples where user_id = ${userId} and sampled_at < e.until_at order by sampled_at desc limit 1`;
  const then =
    userId === undefined ? sql`(${sampled})` : sql`case when exists (${sampled}) then coalesce((${own}), 0) end`;
  const whose = userId === undefined ? sql`true` : sql`user_id = ${userId}`;
  const rows = await ctx.db.execute<{ held: string | null }>(sql`
    select case when e.from_at > ${now} then null
      when e.until_at > ${now} then (select coalesce(sum(held_credits), 0) from credit_accounts where ${whose}) else ${then} end as held
    from unnest(${arrayOf(edges.slice(0, -1))}, ${arrayOf(edges.slice(1))}) with ordinality as e(from_at, until_at, position)
    order by e.position`);
  return rows.map(({ held }) => (held === null ? null : Number(held)));
}
