import { and, eq, isNull } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { instances } from '#src/db/schema/instances.ts';
import { fillGapsJob } from './jobs.ts';

/** Evolution hands over what waited for the reconnect by itself, and takes a while. */
const AFTER_RECONNECT_MS = 120_000;

/** Has every number that is open compared with what Evolution keeps of it. */
export async function requestAllGaps(ctx: AppContext): Promise<void> {
  const open = await ctx.db
    .select({ id: instances.id })
    .from(instances)
    .where(and(eq(instances.status, 'open'), isNull(instances.deletingAt), isNull(instances.deletedAt)));
  if (open.length > 0)
    await ctx.jobs.sendAll(
      fillGapsJob,
      open.map(({ id }) => ({ payload: { instanceId: id }, singletonKey: id })),
    );
}

/** Has numbers compared that are open again. */
export async function requestGapsOf(ctx: AppContext, instanceIds: string[]): Promise<void> {
  const ids = [...new Set(instanceIds)];
  if (ids.length === 0) return;
  const startAfter = new Date(ctx.clock.now().getTime() + AFTER_RECONNECT_MS);
  await ctx.jobs.sendAll(
    fillGapsJob,
    ids.map((id) => ({ payload: { instanceId: id }, singletonKey: id, startAfter })),
  );
}
