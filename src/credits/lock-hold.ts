import { sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';

/**
 * Takes a campaign's hold and then its account, in the order that every verb takes them, so that the statements after
 * it see them (and the statement's last sequence) as they are. Only inside a transaction. Null: no such hold.
 */
export async function lockHold(ctx: OrgContext, campaignId: string): Promise<{ userId: string } | null> {
  const [hold] = await ctx.db.execute<{ user_id: string }>(sql`
    select user_id from credit_holds
    where campaign_id = ${campaignId} and organization_id = ${ctx.organizationId} for update`);
  if (!hold) return null;
  await ctx.db.execute(sql`select 1 from credit_accounts where user_id = ${hold.user_id} for update`);
  return { userId: hold.user_id };
}
