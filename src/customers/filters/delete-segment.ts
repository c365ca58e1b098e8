import { eq, sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { segments } from '#src/db/schema/customer-records.ts';
import { Problem } from '#src/platform/problem.ts';
import { lockSegments } from './lock-segments.ts';
import { readSegment } from './segment-queries.ts';

/** Removes a segment; its customers stay. Throws `segment-in-use` while another segment or a pending campaign names it. */
export function deleteSegment(ctx: OrgContext, id: string): Promise<void> {
  return inTransaction(ctx, async (ctx) => {
    await lockSegments(ctx);
    const { name } = await readSegment(ctx, id);
    await requireUnused(ctx, id);
    await ctx.db.delete(segments).where(eq(segments.id, id));
    await recordActivity(ctx, { verb: 'segments.delete', subjectType: 'segment', subjectId: id, details: { name } });
  });
}

async function requireUnused(ctx: OrgContext, id: string): Promise<void> {
  const organization = sql`${ctx.organizationId}::uuid`;
  const rows = await ctx.db.execute<{ kind: 'segment' | 'campaign'; id: string }>(sql`
    select 'segment' as kind, id from segments
    where organization_id = ${organization} and id <> ${id}::uuid and strpos(lower(filter::text), ${id.toLowerCase()}) > 0
    union all
    select 'campaign', id from campaigns
    where organization_id = ${organization} and status = 'pending' and strpos(lower((audience -> 'segmentIds')::text), ${id.toLowerCase()}) > 0
    limit 100`);
  if (rows.length === 0) return;
  const idsOf = (kind: 'segment' | 'campaign') => rows.flatMap((row) => (row.kind === kind ? [row.id] : []));
  throw new Problem('segment-in-use', {
    members: { segmentIds: idsOf('segment'), campaignIds: idsOf('campaign') },
  });
}
