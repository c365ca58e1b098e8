import { and, eq, inArray } from 'drizzle-orm';
import type { SmsOutcome, SmsRefusal } from '#src/channels/sms/sms-outcome.ts';
import { type AppContext, inTransaction } from '#src/context.ts';
import { releaseSmsCredits } from '#src/credits/release-sms-credits.ts';
import { smsMessages } from '#src/db/schema/sms.ts';
import { applyWaitingReports } from './apply-sms-report.ts';
import { sendSmsJob } from './jobs.ts';
import { markSent } from './mark-sent.ts';
import { publishSms } from './publish-sms.ts';
import { patienceOf, type Sms } from './sms.ts';

const LOOK_AFTER_MS = 60_000;

/** What came of one attempt, once: an attempt that was overtaken by another word about the same SMS changes nothing. Repeatable. */
export const recordSmsOutcome = (ctx: AppContext, claimed: Sms, outcome: SmsOutcome): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const [sms] = await ctx.db
      .select()
      .from(smsMessages)
      .where(
        and(
          eq(smsMessages.id, claimed.id),
          eq(smsMessages.attempt, claimed.attempt),
          inArray(smsMessages.status, ['sending', 'unknown']),
        ),
      )
      .for('no key update');
    if (!sms) return;
    if (outcome.kind === 'accepted') {
      const sent = await markSent(ctx, sms, outcome.providerMessageId, ctx.clock.now());
      return applyWaitingReports(ctx, sent);
    }
    if (outcome.kind === 'unavailable') return tryLater(ctx, sms, outcome);
    await change(ctx, sms, afterRefusal(ctx, outcome));
    if (outcome.kind === 'rejected') await releaseSmsCredits(ctx, [sms.id]);
  });

type Change = Partial<Sms> & Pick<Sms, 'status' | 'statusReason'>;

async function change(ctx: AppContext, sms: Sms, changed: Change): Promise<void> {
  const set = { leaseUntilAt: null, ...changed, updatedAt: ctx.clock.now() };
  await ctx.db.update(smsMessages).set(set).where(eq(smsMessages.id, sms.id));
  await publishSms(ctx, { ...sms, ...changed });
}

function afterRefusal(ctx: AppContext, { kind, reason }: SmsRefusal): Change {
  const now = ctx.clock.now();
  if (kind === 'unknown') {
    const reconcileAt = new Date(now.getTime() + LOOK_AFTER_MS / ctx.config.recoverySpeed);
    return { status: 'unknown', statusReason: reason, reconcileAt };
  }
  return { status: 'failed', statusReason: reason, failedAt: now };
}

async function tryLater(ctx: AppContext, sms: Sms, { reason }: SmsRefusal): Promise<void> {
  const dueAt = new Date(ctx.clock.now().getTime() + patienceOf(sms.attempt) / ctx.config.recoverySpeed);
  if (dueAt >= sms.notAfterAt) {
    await change(ctx, sms, { status: 'failed', statusReason: `carrier-${reason}`, failedAt: ctx.clock.now() });
    return releaseSmsCredits(ctx, [sms.id]);
  }
  await change(ctx, sms, { status: 'queued', statusReason: reason, dueAt, dispatchedAt: null });
  await ctx.jobs.send(sendSmsJob, { smsId: sms.id }, { startAfter: dueAt });
}
