import { eq } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { customerInteractions } from '#src/db/schema/journey.ts';
import { requireInteraction } from './require-interaction.ts';

/** Takes back what was noted; when the customer was last spoken with stays as it is. Throws `not-found` and `forbidden`. */
export const deleteInteraction = (ctx: OrgContext, customerId: string, id: string): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const { kind } = await requireInteraction(ctx, customerId, id);
    await ctx.db.delete(customerInteractions).where(eq(customerInteractions.id, id));
    await recordActivity(ctx, {
      verb: 'interactions.delete',
      subjectType: 'interaction',
      subjectId: id,
      details: { customerId, kind },
    });
  });
