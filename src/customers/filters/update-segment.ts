import { eq } from 'drizzle-orm';
import { changesOf } from '#src/accounts/changes-of.ts';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { segments } from '#src/db/schema/customer-records.ts';
import { lockSegments, requireFreeName } from './lock-segments.ts';
import type { Filter } from './read-filter.ts';
import { requireResolved } from './resolve-filter.ts';
import { getSegment, readSegment, type SegmentView } from './segment-queries.ts';

type Changes = { name?: string | undefined; filter?: Filter | undefined };

/** Renames a segment or gives it another filter; campaigns that were made keep the recipients they have. */
export function updateSegment(ctx: OrgContext, id: string, { name, filter }: Changes): Promise<SegmentView> {
  return inTransaction(ctx, async (ctx) => {
    await lockSegments(ctx);
    const before = await readSegment(ctx, id);
    if (name !== undefined) await requireFreeName(ctx, name, id);
    if (filter !== undefined) await requireResolved(ctx, filter, 'filter', id);
    await ctx.db
      .update(segments)
      .set({ ...(name !== undefined && { name }), ...(filter && { filter }), updatedAt: ctx.clock.now() })
      .where(eq(segments.id, id));
    await recordActivity(ctx, {
      verb: 'segments.update',
      subjectType: 'segment',
      subjectId: id,
      changes: changesOf<{ name: string; filter: unknown }>(before, { name, filter }, ['name', 'filter']),
    });
    return getSegment(ctx, id);
  });
}
