import { and, eq, inArray } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { releaseSmsCredits } from '#src/credits/release-sms-credits.ts';
import { smsMessages } from '#src/db/schema/sms.ts';
import { publishSms } from './publish-sms.ts';

/** Takes SMS back that still wait, and gives their credits back; in the caller's transaction. @returns those that did wait. */
export async function dropSms(ctx: AppContext, smsIds: string[], statusReason: string): Promise<Set<string>> {
  if (smsIds.length === 0) return new Set();
  const dropped = await ctx.db
    .update(smsMessages)
    .set({ status: 'cancelled', statusReason, updatedAt: ctx.clock.now() })
    .where(and(inArray(smsMessages.id, smsIds), eq(smsMessages.status, 'queued')))
    .returning();
  const ids = dropped.map(({ id }) => id);
  await releaseSmsCredits(ctx, ids);
  for (const sms of dropped) await publishSms(ctx, sms);
  return new Set(ids);
}
