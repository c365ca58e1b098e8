import { sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { publishCreditsChanged } from './publish-credits-changed.ts';
import { warnOfLowCredits } from './warn-of-low-credits.ts';

/** Reserves what one SMS costs, all of it, in the transaction that queues it. False, with nothing changed, when the acting user has less. */
export async function holdSmsCredits(ctx: OrgContext, sms: { smsId: string; credits: number }): Promise<boolean> {
  const { smsId, credits } = sms;
  if (credits === 0) return true;
  const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
  const held = await ctx.db.execute(sql`
    with account as (
      update credit_accounts set held_credits = held_credits + ${credits}::bigint, updated_at = ${now}
      where user_id = ${ctx.userId} and organization_id = ${ctx.organizationId}
        and settled_credits - unsettled_credits - held_credits >= ${credits}::bigint
      returning user_id, organization_id
    )
    insert into credit_holds (id, organization_id, user_id, sms_id, held_credits, created_at)
    select uuid_v7(), organization_id, user_id, ${smsId}::uuid, ${credits}::bigint, ${now} from account returning id`);
  if (held.length === 0) return false;
  await warnOfLowCredits(ctx, ctx.userId, credits);
  await publishCreditsChanged(ctx, ctx.userId);
  return true;
}
