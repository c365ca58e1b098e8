import { eq, sql } from 'drizzle-orm';
import { type AppContext, actFor } from '#src/context.ts';
import { captureSmsCredits } from '#src/credits/capture-sms-credits.ts';
import { smsMessages } from '#src/db/schema/sms.ts';
import { publishSms } from './publish-sms.ts';
import { nextLook, type Sms } from './sms.ts';

/**
 * The carrier has it: paid for from what is held, and its customer counts as contacted. In the caller's transaction, which has the row locked.
 * @returns the row as it is now.
 */
export async function markSent(ctx: AppContext, sms: Sms, providerMessageId: string, sentAt: Date): Promise<Sms> {
  const paid = sms.capturedAt === null && (await captureSmsCredits(actFor(ctx, sms), { smsId: sms.id }));
  const now = ctx.clock.now();
  const look = ctx.sms?.reports ? nextLook(0) : null;
  const [sent] = await ctx.db
    .update(smsMessages)
    .set({
      status: 'sent',
      statusReason: null,
      providerMessageId,
      sentAt: sms.sentAt ?? sentAt,
      capturedAt: paid ? now : sms.capturedAt,
      leaseUntilAt: null,
      reconcileAt: look === null ? null : new Date(now.getTime() + look / ctx.config.recoverySpeed),
      reconcileTries: 0,
      updatedAt: now,
    })
    .where(eq(smsMessages.id, sms.id))
    .returning();
  if (sms.customerId)
    await ctx.db.execute(sql`
      update customers set last_contacted_at = ${sentAt.toISOString()}::timestamptz, last_contacted_channel = 'sms'
      where id = ${sms.customerId} and organization_id = ${sms.organizationId} and erased_at is null
        and coalesce(last_contacted_at, '-infinity') < ${sentAt.toISOString()}::timestamptz`);
  await publishSms(ctx, sent!);
  return sent!;
}
