import { and, eq, inArray, lte } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { smsMessages } from '#src/db/schema/sms.ts';
import { publishSms } from './publish-sms.ts';

const AT_ONCE = 500;

/** What a worker had on the wire when it was lost may have gone out: it is `unknown`, and looked for. */
export const markLost = (ctx: AppContext): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const now = ctx.clock.now();
    const lost = await ctx.db
      .select({ id: smsMessages.id })
      .from(smsMessages)
      .where(and(eq(smsMessages.status, 'sending'), lte(smsMessages.leaseUntilAt, now)))
      .orderBy(smsMessages.leaseUntilAt)
      .limit(AT_ONCE)
      .for('no key update', { skipLocked: true });
    if (lost.length === 0) return;
    const ids = lost.map(({ id }) => id);
    const marked = await ctx.db
      .update(smsMessages)
      .set({ status: 'unknown', statusReason: 'worker-lost', leaseUntilAt: null, reconcileAt: now, updatedAt: now })
      .where(and(inArray(smsMessages.id, ids), eq(smsMessages.status, 'sending')))
      .returning();
    for (const sms of marked) await publishSms(ctx, sms);
  });
