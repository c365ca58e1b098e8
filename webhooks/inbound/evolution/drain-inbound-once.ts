import { asc, eq, isNull, sql } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { isPassing } from '#src/db/is-passing.ts';
import { inboundEvents } from '#src/db/schema/messages.ts';
import { applyInboundEvents } from './apply-inbound-events.ts';

export const BATCH = 500;

class BatchFailed extends Error {
  readonly ids: number[];

  constructor(ids: number[], cause: unknown) {
    super('inbound events could not be applied', { cause });
    this.ids = ids;
  }
}

/**
 * Applies the oldest stored webhooks, one process at a time, and marks them in the same transaction. One that cannot be
 * applied is found by halving, marked with its failure and left out, so that it never holds up the rest.
 * @returns how many are done with; 0 when there are none, or another process is at it.
 */
export const drainInboundOnce = (ctx: AppContext): Promise<number> => applyOldest(ctx, BATCH);

async function applyOldest(ctx: AppContext, size: number): Promise<number> {
  try {
    return await inTransaction(ctx, (ctx) => applyBatch(ctx, size));
  } catch (error) {
    if (!(error instanceof BatchFailed) || isPassing(error.cause)) throw error;
    if (error.ids.length > 1) return applyOldest(ctx, Math.floor(error.ids.length / 2));
    return leaveOut(ctx, error.ids[0]!, error.cause);
  }
}

async function applyBatch(ctx: AppContext, size: number): Promise<number> {
  const [lock] = await ctx.db.execute<{ mine: boolean }>(
    sql`select pg_try_advisory_xact_lock(hashtext('ulak:inbound')) as mine`,
  );
  if (!lock?.mine) return 0;
  const events = await ctx.db
    .select()
    .from(inboundEvents)
    .where(isNull(inboundEvents.appliedAt))
    .orderBy(asc(inboundEvents.id))
    .limit(size);
  if (events.length === 0) return 0;
  const ids = events.map((event) => event.id);
  try {
    await applyInboundEvents(ctx, events);
    await ctx.db
      .update(inboundEvents)
      .set({ appliedAt: ctx.clock.now() })
      .where(sql`${inboundEvents.id} = any(${sql.param(ids)}::bigint[])`);
  } catch (error) {
    throw new BatchFailed(ids, error);
  }
  ctx.afterCommit?.add(() => measure(ctx, events));
  return ids.length;
}

function measure({ metrics, clock }: AppContext, events: { event: string; receivedAt: Date }[]): void {
  const now = clock.now().getTime();
  for (const { event, receivedAt } of events) {
    metrics.webhooksIn.inc({ event });
    metrics.webhookLag.observe(Math.max(0, (now - receivedAt.getTime()) / 1000));
  }
}

async function leaveOut(ctx: AppContext, id: number, cause: unknown): Promise<number> {
  ctx.log.error({ err: cause, inboundEventId: id }, 'an inbound event could not be applied and is left out');
  const failure = String(
    cause instanceof Error ? (cause.cause instanceof Error ? cause.cause.message : cause.message) : cause,
  );
  await ctx.db
    .update(inboundEvents)
    .set({ appliedAt: ctx.clock.now(), failure: failure.replaceAll('\0', '').slice(0, 500) })
    .where(eq(inboundEvents.id, id));
  return 1;
}
