import { sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { Problem } from '#src/platform/problem.ts';
import { insufficientCredits } from './insufficient-credits.ts';
import { publishCreditsChanged } from './publish-credits-changed.ts';
import { warnOfLowCredits } from './warn-of-low-credits.ts';

/**
 * Reserves one credit of the acting user for each of these single messages, in the transaction that queues them: for all or, with a 402
 * that names `required` and `available`, for none. A message that is sent again after its hold was settled is held for anew; one that is held
 * for already is a 409.
 */
export async function holdMessageCredits(ctx: OrgContext, messageIds: string[]): Promise<void> {
  const credits = messageIds.length;
  if (credits === 0) return;
  const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
  const held = await ctx.db.execute(sql`
    with account as (
      update credit_accounts set held_credits = held_credits + ${credits}, updated_at = ${now}
      where user_id = ${ctx.userId} and organization_id = ${ctx.organizationId}
        and settled_credits - unsettled_credits - held_credits >= ${credits}
      returning user_id, organization_id
    )
    insert into credit_holds as h (id, organization_id, user_id, message_id, held_credits, created_at)
    select uuid_v7(), a.organization_id, a.user_id, m.id, 1, ${now} from account a, unnest(${sql.param(messageIds)}::uuid[]) as m(id)
    on conflict (message_id) do update set held_credits = h.held_credits + 1, status = 'open', settled_at = null
      where h.status = 'settled' and h.user_id = excluded.user_id
    returning h.id`);
  if (held.length === 0) throw await refusal(ctx, messageIds);
  if (held.length < credits) throw new Problem('conflict');
  await warnOfLowCredits(ctx, ctx.userId, credits);
  await publishCreditsChanged(ctx, ctx.userId);
}

async function refusal(ctx: OrgContext, messageIds: string[]): Promise<Problem> {
  const [other] = await ctx.db.execute(sql`
    select 1 from credit_holds where message_id = any(${sql.param(messageIds)}::uuid[]) and (status = 'open' or user_id <> ${ctx.userId}) limit 1`);
  return other ? new Problem('conflict') : insufficientCredits(ctx, ctx.userId, messageIds.length);
}
