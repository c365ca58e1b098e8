import { and, asc, gt, inArray, isNull, sql } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { isPassing } from '#src/db/is-passing.ts';
import { carrierEvents } from '#src/db/schema/emails.ts';
import { applyCarrierEvents, type StoredEvent } from './apply-carrier-events.ts';

const AT_ONCE = 500;
/** So long an event waits for the mail that it is about. */
const PATIENCE_MS = 10 * 60_000;

export type Drained = { applied: number; campaignIds: string[] };
type Step = Drained & { lastId: number | null };

class BatchFailed extends Error {
  readonly events: StoredEvent[];

  constructor(events: StoredEvent[], cause: unknown) {
    super('carrier events could not be applied', { cause });
    this.events = events;
  }
}

/**
 * Applies all that carriers reported and nobody applied yet, five hundred in a transaction, one process at a time. One that cannot be
 * applied is found by halving, marked with its failure and left out; one whose mail is not there yet waits a while.
 * @returns how many are done with, and the campaigns whose counts moved.
 */
export async function drainCarrierEvents(ctx: AppContext): Promise<Drained> {
  let applied = 0;
  const campaignIds = new Set<string>();
  for (let after: number | null = 0; after !== null; ) {
    const step: Step = await applyOldest(ctx, after, AT_ONCE);
    applied += step.applied;
    for (const id of step.campaignIds) campaignIds.add(id);
    after = step.lastId;
  }
  return { applied, campaignIds: [...campaignIds] };
}

async function applyOldest(ctx: AppContext, after: number, size: number): Promise<Step> {
  try {
    return await inTransaction(ctx, (ctx) => applyPage(ctx, after, size));
  } catch (error) {
    if (!(error instanceof BatchFailed) || isPassing(error.cause)) throw error;
    if (error.events.length > 1) return applyOldest(ctx, after, Math.floor(error.events.length / 2));
    return leaveOut(ctx, error.events[0]!, error.cause);
  }
}

async function applyPage(ctx: AppContext, after: number, size: number): Promise<Step> {
  const [lock] = await ctx.db.execute<{ mine: boolean }>(
    sql`select pg_try_advisory_xact_lock(hashtext('ulak:carrier-events')) as mine`,
  );
  if (!lock?.mine) return { applied: 0, campaignIds: [], lastId: null };
  const events = await ctx.db
    .select()
    .from(carrierEvents)
    .where(and(isNull(carrierEvents.appliedAt), gt(carrierEvents.id, after)))
    .orderBy(asc(carrierEvents.id))
    .limit(size);
  const lastId = events.length < size ? null : events.at(-1)!.id;
  if (events.length === 0) return { applied: 0, campaignIds: [], lastId };
  try {
    const { missing, campaignIds } = await applyCarrierEvents(ctx, events);
    return { applied: await markApplied(ctx, events, new Set(missing)), campaignIds, lastId };
  } catch (error) {
    throw new BatchFailed(events, error);
  }
}

async function markApplied(ctx: AppContext, events: StoredEvent[], missing: Set<StoredEvent>): Promise<number> {
  const now = ctx.clock.now();
  const isEarly = (event: StoredEvent) => now.getTime() - event.receivedAt.getTime() < PATIENCE_MS;
  const done = events.filter((event) => !missing.has(event));
  const forgotten = events.filter((event) => missing.has(event) && !isEarly(event));
  const mark = (rows: StoredEvent[], failure: string | null) =>
    ctx.db
      .update(carrierEvents)
      .set({ appliedAt: now, failure })
      .where(
        inArray(
          carrierEvents.id,
          rows.map(({ id }) => id),
        ),
      );
  if (done.length > 0) await mark(done, null);
  if (forgotten.length > 0) await mark(forgotten, 'no such mail');
  return done.length + forgotten.length;
}

async function leaveOut(ctx: AppContext, { id }: StoredEvent, cause: unknown): Promise<Step> {
  ctx.log.error({ err: cause, carrierEventId: id }, 'a carrier event could not be applied and is left out');
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const failure = (inner instanceof Error ? inner.message : String(inner)).replaceAll('\0', '').slice(0, 500);
  await ctx.db
    .update(carrierEvents)
    .set({ appliedAt: ctx.clock.now(), failure })
    .where(inArray(carrierEvents.id, [id]));
  return { applied: 1, campaignIds: [], lastId: id };
}
