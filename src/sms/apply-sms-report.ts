import { and, eq, or } from 'drizzle-orm';
import type { SmsReport } from '#src/channels/sms/sms-carrier.ts';
import { type AppContext, actFor, inTransaction } from '#src/context.ts';
import { refundSmsCredits } from '#src/credits/refund-sms-credits.ts';
import { releaseSmsCredits } from '#src/credits/release-sms-credits.ts';
import { type smsCarrierKinds, smsMessages, smsReports } from '#src/db/schema/sms.ts';
import { newId } from '#src/platform/ids.ts';
import { markSent } from './mark-sent.ts';
import { publishSms } from './publish-sms.ts';
import type { Sms } from './sms.ts';

type Carrier = (typeof smsCarrierKinds)[number];

/**
 * The last word of a carrier about an SMS, however often it comes: the first one holds. It settles one of unknown outcome, too. What failed
 * costs nothing. One that nobody is known for yet waits for its SMS to learn its provider's id.
 */
export const applySmsReport = (ctx: AppContext, carrier: Carrier, report: SmsReport): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const byProvider = eq(smsMessages.providerMessageId, report.providerMessageId);
    const [sms] = await ctx.db
      .select()
      .from(smsMessages)
      .where(
        and(
          eq(smsMessages.carrier, carrier),
          report.smsId ? or(eq(smsMessages.id, report.smsId), byProvider) : byProvider,
        ),
      )
      .for('no key update')
      .limit(1);
    if (!sms) return keep(ctx, carrier, report);
    await settle(ctx, sms, report);
  });

/** What was said of an SMS before we knew that it was ours; in the caller's transaction. */
export async function applyWaitingReports(ctx: AppContext, sms: Sms): Promise<void> {
  const { carrier, providerMessageId } = sms;
  if (!carrier || !providerMessageId) return;
  const [waiting] = await ctx.db
    .delete(smsReports)
    .where(and(eq(smsReports.carrier, carrier), eq(smsReports.providerMessageId, providerMessageId)))
    .returning();
  if (waiting) await settle(ctx, sms, { ...waiting, reason: waiting.reason as SmsReport['reason'] });
}

async function keep(ctx: AppContext, carrier: Carrier, report: SmsReport): Promise<void> {
  const { providerMessageId, status, reason, at } = report;
  await ctx.db
    .insert(smsReports)
    .values({ id: newId(), carrier, providerMessageId, status, reason, at, createdAt: ctx.clock.now() })
    .onConflictDoNothing();
}

const settled = new Set<Sms['status']>(['delivered', 'failed', 'skipped', 'cancelled']);

async function settle(ctx: AppContext, found: Sms, report: SmsReport): Promise<void> {
  if (settled.has(found.status)) return;
  const { status, reason, at } = report;
  // it went out, whatever we had thought
  const sms =
    found.status === 'sent' || status === 'failed'
      ? found
      : await markSent(ctx, found, report.providerMessageId, found.dispatchedAt ?? at);
  const refunded =
    status === 'failed' && sms.capturedAt !== null && (await refundSmsCredits(actFor(ctx, sms), { smsId: sms.id }));
  if (status === 'failed' && !refunded) await releaseSmsCredits(ctx, [sms.id]);
  const changed = {
    status,
    statusReason: status === 'failed' ? reason : null,
    providerMessageId: report.providerMessageId,
    ...(status === 'failed' ? { failedAt: at } : { deliveredAt: at }),
    ...(refunded && { refundedAt: ctx.clock.now() }),
    leaseUntilAt: null,
    reconcileAt: null,
    updatedAt: ctx.clock.now(),
  };
  await ctx.db.update(smsMessages).set(changed).where(eq(smsMessages.id, sms.id));
  await publishSms(ctx, { ...sms, ...changed });
}
