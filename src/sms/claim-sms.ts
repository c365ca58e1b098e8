import { and, eq, sql } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { releaseSmsCredits } from '#src/credits/release-sms-credits.ts';
import { smsMessages } from '#src/db/schema/sms.ts';
import { publishSms } from './publish-sms.ts';
import type { Sms } from './sms.ts';
import { smsBar } from './sms-bar.ts';

/** Beyond the carrier's time-out: for writing down what came of it. */
const SLACK_MS = 90_000;

/**
 * Takes an SMS that is due, for one attempt: asks once more whether it may be sent, and writes down the intent before anything goes out. Null when
 * there is nothing to send: somebody else has it, it is not due, or it was skipped.
 */
export const claimSms = (ctx: AppContext, smsId: string): Promise<Sms | null> =>
  inTransaction(ctx, async (ctx) => {
    const now = ctx.clock.now();
    const [sms] = await ctx.db.select().from(smsMessages).where(eq(smsMessages.id, smsId)).for('no key update');
    if (sms?.status !== 'queued' || sms.dueAt > now) return null;
    const reason = sms.notAfterAt <= now ? 'too-late' : await smsBar(ctx, sms);
    if (reason === 'no-carrier') throw new Error('this worker has no carrier for SMS');
    if (reason) return skip(ctx, sms, reason);
    const carrier = ctx.sms!;
    const lease = (carrier.timeoutMs + SLACK_MS) / ctx.config.recoverySpeed;
    const [claimed] = await ctx.db
      .update(smsMessages)
      .set({
        status: 'sending',
        statusReason: null,
        carrier: carrier.kind,
        attempt: sql`${smsMessages.attempt} + 1`,
        dispatchedAt: now,
        leaseUntilAt: new Date(now.getTime() + lease),
        updatedAt: now,
      })
      .where(and(eq(smsMessages.id, smsId), eq(smsMessages.status, 'queued')))
      .returning();
    return claimed ?? null;
  });

async function skip(ctx: AppContext, sms: Sms, statusReason: string): Promise<null> {
  await ctx.db
    .update(smsMessages)
    .set({ status: 'skipped', statusReason, updatedAt: ctx.clock.now() })
    .where(eq(smsMessages.id, sms.id));
  await releaseSmsCredits(ctx, [sms.id]);
  await publishSms(ctx, { ...sms, status: 'skipped', statusReason });
  return null;
}
