import { eq } from 'drizzle-orm';
import { changesOf } from '#src/accounts/changes-of.ts';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { customerInteractions } from '#src/db/schema/journey.ts';
import type { InteractionFields } from './add-interaction.ts';
import type { Interaction } from './interaction.ts';
import { getInteraction } from './queries.ts';
import { requireInteraction } from './require-interaction.ts';
import { requirePast } from './require-past.ts';
import { touchCustomer } from './touch-customer.ts';

type Changes = { [K in keyof InteractionFields]?: InteractionFields[K] | undefined };

const FIELDS = ['kind', 'direction', 'happenedAt', 'durationMinutes', 'outcome', 'text'] as const;

/** Changes what is given. Throws `not-found` and `forbidden`. */
export const changeInteraction = (
  ctx: OrgContext,
  customerId: string,
  id: string,
  changes: Changes,
): Promise<Interaction> =>
  inTransaction(ctx, async (ctx) => {
    const before = await requireInteraction(ctx, customerId, id);
    const now = ctx.clock.now();
    if (changes.happenedAt) requirePast(changes.happenedAt, now);
    const [after] = await ctx.db
      .update(customerInteractions)
      .set({ ...changes, updatedAt: now })
      .where(eq(customerInteractions.id, before.id))
      .returning();
    await touchCustomer(ctx, after!);
    await recordActivity(ctx, {
      verb: 'interactions.update',
      subjectType: 'interaction',
      subjectId: id,
      details: { customerId, fields: Object.keys(changes) },
      changes: changesOf(before, after!, FIELDS),
    });
    return getInteraction(ctx, customerId, id);
  });
