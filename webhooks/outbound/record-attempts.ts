import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { inBatches } from '#src/platform/in-batches.ts';
import { persist } from '#src/platform/persist.ts';
import type { AttemptResult } from './lane.ts';

const MOST = 200;
const LINGER_MS = 5;

export type RecordAttempt = (result: AttemptResult) => Promise<void>;

/** Keeps what became of attempts, those of all endpoints together, a few milliseconds at a time. */
export const createAttemptRecorder = (ctx: AppContext): RecordAttempt =>
  inBatches(
    async (results: AttemptResult[]) => {
      await persist(ctx.log, 'attempts of webhooks', () => recordAttempts(ctx, results));
      return results.map(() => undefined);
    },
    { most: MOST, lingerMs: LINGER_MS },
  );

/**
 * Writes attempts down and moves their deliveries on, each once: not one that was replayed meanwhile, nor one that somebody else moved.
 * Safe to repeat.
 */
export async function recordAttempts(ctx: AppContext, results: AttemptResult[]): Promise<void> {
  await ctx.db.execute(sql`
    with told as (
      select * from jsonb_to_recordset(${JSON.stringify(results)}::jsonb) as t(id uuid, "deliveryId" uuid, "organizationId" uuid, run int,
        attempt smallint, status text, "dueAt" timestamptz, "attemptedAt" timestamptz, "statusCode" smallint, error text,
        "tookMilliseconds" int, response text)
    ), moved as (
      update webhook_deliveries d set status = t.status, attempts = t.attempt, due_at = t."dueAt",
        delivered_at = case when t.status = 'delivered' then t."attemptedAt" end
      from told t where d.id = t."deliveryId" and d.run = t.run and d.attempts = t.attempt - 1 and d.status = 'pending'
    )
    insert into webhook_attempts (id, organization_id, delivery_id, attempted_at, status_code, error, took_milliseconds, response)
    select t.id, t."organizationId", t."deliveryId", t."attemptedAt", t."statusCode", t.error, t."tookMilliseconds", t.response
    from told t join webhook_deliveries d on d.id = t."deliveryId" on conflict (id) do nothing`);
}
