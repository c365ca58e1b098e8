import { sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';

/**
 * Takes a campaign's hold until the transaction ends, so that the statements after it see it as it is. The account comes
 * after it, in every verb. Null: no such hold.
 */
export async function lockHold(ctx: OrgContext, campaignId: string): Promise<{ userId: string } | null> {
  const [hold] = await ctx.db.execute<{ user_id: string }>(sql`
    select user_id from credit_holds
    where campaign_id = ${campaignId} and organization_id = ${ctx.organizationId} for update`);
  return hold ? { userId: hold.user_id } : null;
}
