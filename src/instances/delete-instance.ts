import { and, eq, isNull } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { instances } from '#src/db/schema/instances.ts';
import { publishLiveEvent } from '#src/live/publish-live-event.ts';
import { notFound } from '#src/platform/problem.ts';
import { getInstance } from './queries.ts';
import { removeInstance } from './remove-instance.ts';

/** To its owner it is gone at once and he may make another; at Evolution it is removed until it really is gone. */
export async function deleteInstance(ctx: OrgContext, id: string): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const { instance } = await getInstance(ctx, id);
    const now = ctx.clock.now();
    const gone = {
      status: 'closed' as const,
      statusReason: 'deleted',
      qrCode: null,
      qrImage: null,
      qrExpiresAt: null,
      pairingCode: null,
      movingToServerId: null,
      movingSinceAt: null,
    };
    const marked = await ctx.db
      .update(instances)
      .set({ ...gone, deletingAt: now, statusChangedAt: now, updatedAt: now, checkedAt: now })
      .where(and(eq(instances.id, instance.id), isNull(instances.deletingAt)))
      .returning({ id: instances.id });
    if (marked.length === 0) throw notFound();
    await recordActivity(ctx, { verb: 'instances.delete', subjectType: 'instance', subjectId: id });
    await publishLiveEvent(ctx, {
      type: 'instance.status-changed',
      data: { id, status: 'closed', statusReason: 'deleted' },
    });
  });
  await removeInstance(ctx, id);
}
