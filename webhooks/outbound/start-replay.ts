import { sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { webhookReplays } from '#src/db/schema/webhooks.ts';
import { newId } from '#src/platform/ids.ts';
import { invalid, Problem } from '#src/platform/problem.ts';
import { replayEventsJob } from './jobs.ts';
import { isOff } from './replay-delivery.ts';
import { replayFilter } from './replay-filter.ts';
import { requireEndpoint } from './require-endpoint.ts';

export type Replay = typeof webhookReplays.$inferSelect;
export type ReplayRange = { from: Date; to: Date; events?: string[] | undefined };

/** Events of one replay. */
export const MOST_REPLAYED = 100_000;

/**
 * Has everything delivered once more that happened in a stretch of time (`from` included, `to` not) and that the endpoint wants, also what it
 * missed while it was switched off. Owner only. 400 for too much at once, 409 while one runs.
 */
export async function startReplay(ctx: OrgContext, endpointId: string, range: ReplayRange): Promise<Replay> {
  const endpoint = await requireEndpoint(ctx, endpointId);
  if (!endpoint.enabled) throw isOff();
  if (range.from >= range.to) throw invalid('to', { en: 'After `from`', tr: '`from` zamanından sonra' });
  return inTransaction(ctx, async (ctx) => {
    const replay = {
      id: newId(),
      organizationId: ctx.organizationId,
      endpointId,
      fromAt: range.from,
      toAt: range.to,
      events: range.events ?? null,
      createdAt: ctx.clock.now(),
    };
    await refuseTooMany(ctx, replay);
    const [started] = await ctx.db.insert(webhookReplays).values(replay).onConflictDoNothing().returning();
    if (!started)
      throw new Problem('conflict', {
        detail: { en: 'A replay of this endpoint is still running', tr: 'Bu adres için süren bir yeniden oynatma var' },
      });
    await recordActivity(ctx, {
      verb: 'webhooks.replay',
      subjectType: 'webhook-endpoint',
      subjectId: endpointId,
      details: { from: range.from.toISOString(), to: range.to.toISOString(), events: range.events },
    });
    await ctx.jobs.send(replayEventsJob, { replayId: started.id });
    return started;
  });
}

async function refuseTooMany(ctx: OrgContext, replay: Parameters<typeof replayFilter>[0]): Promise<void> {
  const [more] = await ctx.db.execute(
    sql`select from webhook_events ev where ${replayFilter(replay)} offset ${MOST_REPLAYED} limit 1`,
  );
  if (more)
    throw invalid('from', {
      en: `More than ${MOST_REPLAYED} events: choose a shorter stretch of time`,
      tr: `${MOST_REPLAYED} olaydan fazla: daha kısa bir zaman aralığı seçin`,
    });
}
