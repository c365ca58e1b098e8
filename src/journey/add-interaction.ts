import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { getCustomer } from '#src/customers/queries.ts';
import { customerInteractions } from '#src/db/schema/journey.ts';
import { newId } from '#src/platform/ids.ts';
import type { Interaction } from './interaction.ts';
import { getInteraction } from './queries.ts';
import { requirePast } from './require-past.ts';
import { touchCustomer } from './touch-customer.ts';

export type InteractionFields = Pick<
  Interaction,
  'kind' | 'direction' | 'happenedAt' | 'durationMinutes' | 'outcome' | 'text'
>;

/** Notes a call, a meeting, a visit or a note, and when the customer was last spoken with. Throws `not-found`. */
export const addInteraction = (ctx: OrgContext, customerId: string, fields: InteractionFields): Promise<Interaction> =>
  inTransaction(ctx, async (ctx) => {
    await getCustomer(ctx, customerId);
    const now = ctx.clock.now();
    requirePast(fields.happenedAt, now);
    const { organizationId, userId } = ctx;
    const id = newId();
    await ctx.db
      .insert(customerInteractions)
      .values({ id, organizationId, customerId, userId, ...fields, createdAt: now, updatedAt: now });
    await touchCustomer(ctx, { customerId, ...fields });
    await recordActivity(ctx, {
      verb: 'interactions.create',
      subjectType: 'interaction',
      subjectId: id,
      details: { customerId, kind: fields.kind },
    });
    return getInteraction(ctx, customerId, id);
  });
