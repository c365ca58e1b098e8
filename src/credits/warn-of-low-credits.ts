import { sql } from 'drizzle-orm';
import { findCorrespondent } from '#src/accounts/find-correspondent.ts';
import type { AppContext } from '#src/context.ts';
import { publishLiveEvent } from '#src/live/publish-live-event.ts';
import { queueMail } from '#src/mails/queue-mail.ts';

/**
 * Tells a user by mail, and his organization live, that his available credits have fallen below what he set: by the taking of `taken` credits
 * that brought them there, in its transaction, and not again before they were above it.
 */
export async function warnOfLowCredits(ctx: AppContext, userId: string, taken: number): Promise<void> {
  const [low] = await ctx.db.execute<{ organization_id: string; available: string; low_credits: number }>(sql`
    select organization_id, available, low_credits from (
      select a.organization_id, a.settled_credits - a.unsettled_credits - a.held_credits as available, s.low_credits
      from credit_accounts a join user_settings s on s.user_id = a.user_id where a.user_id = ${userId}
    ) account where available < low_credits and available + ${taken}::bigint >= low_credits`);
  if (!low) return;
  const availableCredit = Number(low.available);
  const warning = { userId, availableCredit, threshold: low.low_credits };
  await publishLiveEvent({ ...ctx, organizationId: low.organization_id }, { type: 'credits.low', data: warning });
  const person = await findCorrespondent(ctx, { userId });
  if (!person?.emailVerified) return;
  const { organizationId, language, email: address, name } = person;
  await queueMail(ctx, {
    kind: 'credits-low',
    organizationId,
    language,
    address,
    data: { name, credits: availableCredit },
  });
}
