import { sql } from 'drizzle-orm';
import { settleCampaign } from '#src/campaigns/settle-campaign.ts';
import type { AppContext } from '#src/context.ts';
import type { Deletion } from './deletion.ts';
import { isTheirs } from './is-theirs.ts';

/** Brings every campaign into the statement; over when nothing of theirs is held any more. */
export async function settleCreditsOf(ctx: AppContext, deletion: Deletion, signal: AbortSignal): Promise<boolean> {
  const ended = await ctx.db.execute<{ id: string }>(sql`
    select c.id from campaigns c where c.ended_at is not null and c.settled_at is null and ${isTheirs('c', deletion)} order by c.id`);
  for (const { id } of ended) {
    signal.throwIfAborted();
    await settleCampaign(ctx, id);
  }
  const [open] = await ctx.db.execute(sql`
    select 1 from credit_holds h where h.status = 'open' and h.user_id = any(${sql.param(deletion.userIds)}::uuid[])
      and h.organization_id = ${deletion.organizationId}::uuid limit 1`);
  return open === undefined;
}
