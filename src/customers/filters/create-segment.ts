import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { segments } from '#src/db/schema/customer-records.ts';
import { newId } from '#src/platform/ids.ts';
import { lockSegments, requireFreeName } from './lock-segments.ts';
import type { Filter } from './read-filter.ts';
import { requireResolved } from './resolve-filter.ts';
import { getSegment, type SegmentView } from './segment-queries.ts';

/** Saves a filter under a name. Throws `already-exists` when it is taken, a 400 for what the filter speaks of and is not there. */
export function createSegment(
  ctx: OrgContext,
  { name, filter }: { name: string; filter: Filter },
): Promise<SegmentView> {
  return inTransaction(ctx, async (ctx) => {
    await lockSegments(ctx);
    const now = ctx.clock.now();
    const id = newId();
    await requireFreeName(ctx, name, id);
    await requireResolved(ctx, filter, 'filter', id);
    await ctx.db.insert(segments).values({
      id,
      organizationId: ctx.organizationId,
      name,
      filter,
      createdBy: ctx.userId,
      createdAt: now,
      updatedAt: now,
    });
    await recordActivity(ctx, { verb: 'segments.create', subjectType: 'segment', subjectId: id, details: { name } });
    return getSegment(ctx, id);
  });
}
