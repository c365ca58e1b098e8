import { sql } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { restoreEmail, undoHours } from '#src/customers/restore-email.ts';
import type { Unsubscriber } from './find-unsubscriber.ts';
import { evidenceOf, type Visit } from './unsubscribe.ts';

const HOUR_MS = 3_600_000;

/** Whether an unsubscribe may still be taken back: for a day, by whoever is still a customer, and only what a link closed. */
export const mayUndo = (ctx: AppContext, { recipient, closed }: Unsubscriber): boolean =>
  recipient !== null &&
  closed?.reason === 'unsubscribe' &&
  ctx.clock.now().getTime() - closed.at.getTime() < undoHours * HOUR_MS;

/** Takes an unsubscribe back: the consent that it ended holds again. @returns whether there was something to take back. */
export const undoUnsubscribe = (ctx: AppContext, who: Unsubscriber, visit: Visit): Promise<boolean> =>
  inTransaction(ctx, async (ctx) => {
    const { organizationId, recipientId, emailHash, recipient } = who;
    if (!recipient) return false;
    const restored = await restoreEmail(ctx, {
      organizationId,
      customerId: recipient.customerId,
      emailHash,
      evidence: evidenceOf(who, visit),
      ip: visit.address,
    });
    if (restored)
      await ctx.db.execute(sql`
        update campaign_recipients set unsubscribed_at = null, updated_at = ${ctx.clock.now().toISOString()}::timestamptz
        where id = ${recipientId} and organization_id = ${organizationId}`);
    return restored;
  });
