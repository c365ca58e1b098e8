import { and, eq } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { smsMessages } from '#src/db/schema/sms.ts';
import { dropSms } from './drop-sms.ts';

/** Takes back what still waits about one thing, such as an appointment that was cancelled. @returns how many. */
export const cancelSms = (ctx: OrgContext, reference: { type: string; id: string }): Promise<number> =>
  inTransaction(ctx, async (ctx) => {
    const waiting = await ctx.db
      .select({ id: smsMessages.id })
      .from(smsMessages)
      .where(
        and(
          eq(smsMessages.organizationId, ctx.organizationId),
          eq(smsMessages.referenceId, reference.id),
          eq(smsMessages.referenceType, reference.type),
          eq(smsMessages.status, 'queued'),
        ),
      );
    const dropped = await dropSms(
      ctx,
      waiting.map(({ id }) => id),
      'cancelled',
    );
    for (const id of dropped) await recordActivity(ctx, { verb: 'sms.cancel', subjectType: 'sms', subjectId: id });
    return dropped.size;
  });
