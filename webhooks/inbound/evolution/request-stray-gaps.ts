import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { fillGapsJob } from './jobs.ts';

/** By then a send of ours has its outcome, and Evolution's own list has what was sent. */
const SETTLED_MS = 3 * 60_000;
/** Looked back so far: what is older is found by the hourly comparison. */
const SPAN_MS = 15 * 60_000;

/**
 * Has numbers compared from which something was sent that nobody here wrote: Chatwoot or a Typebot did, and of that Evolution tells no more
 * than that it was sent. Each time only if it happened after the last comparison.
 */
export async function requestStrayGaps(ctx: AppContext): Promise<void> {
  const now = ctx.clock.now().getTime();
  const [from, to] = [now - SPAN_MS, now - SETTLED_MS].map((at) => new Date(at).toISOString());
  const rows = await ctx.db.execute<{ id: string }>(sql`
    select distinct s.instance_id as id from sent_sightings s
    join instances i on i.id = s.instance_id and i.status = 'open' and i.deleting_at is null and i.deleted_at is null
    where s.created_at between ${from}::timestamptz and ${to}::timestamptz
      and (i.compared_until_at is null or s.created_at > i.compared_until_at)
      and not exists (select from messages m where m.instance_id = s.instance_id and m.provider_message_id = s.provider_message_id)
      and not exists (select from refused_attempts r where r.instance_id = s.instance_id and r.provider_message_id = s.provider_message_id)`);
  if (rows.length === 0) return;
  await ctx.jobs.sendAll(
    fillGapsJob,
    rows.map(({ id }) => ({ payload: { instanceId: id }, singletonKey: id })),
  );
}
