import { sql } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { disableEndpoint } from './disable-endpoint.ts';
import type { Lane } from './lane.ts';

const DAY_MS = 86_400_000;
/** However long ago the first failure was: a few do not prove that nobody is there. */
const LEAST_FAILURES = 10;

/**
 * Gives an endpoint back with what was learnt of it; nothing of that where a person has changed it meanwhile. One that is gone, or has
 * taken nothing for days, is switched off.
 */
export async function endTurn(
  ctx: AppContext,
  { endpointId, updatedAt, state }: Lane,
  workerId: string,
): Promise<void> {
  const at = (date: Date | null) => (date ? sql`${date.toISOString()}::timestamptz` : sql`null`);
  await inTransaction(ctx, async (ctx) => {
    const [kept] = await ctx.db.execute<{ unchanged: boolean }>(sql`
      update webhook_endpoints set leased_by = null, lease_until_at = null
      where id = ${endpointId} and leased_by = ${workerId}
      returning updated_at = ${updatedAt}::timestamptz as unchanged`);
    if (!kept?.unchanged) return;
    await ctx.db.execute(sql`
      update webhook_endpoints set failures_in_row = ${state.failuresInRow}, failing_since_at = ${at(state.failingSince)},
        last_success_at = ${at(state.lastSuccess)}, slow = ${state.slow}, paused_until_at = ${at(state.pausedUntil)}
      where id = ${endpointId}`);
    if (state.gone) await disableEndpoint(ctx, endpointId, 'gone');
    else if (hasFailedForDays(ctx, state)) await disableEndpoint(ctx, endpointId, 'failing');
  });
}

const hasFailedForDays = ({ clock, config }: AppContext, { failingSince, failuresInRow }: Lane['state']): boolean =>
  failingSince !== null &&
  failuresInRow >= LEAST_FAILURES &&
  clock.now().getTime() - failingSince.getTime() >= config.webhookFailingDays * DAY_MS;
