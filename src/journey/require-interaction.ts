import { and, eq } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { getCustomer } from '#src/customers/queries.ts';
import { customerInteractions } from '#src/db/schema/journey.ts';
import { notFound, Problem } from '#src/platform/problem.ts';

type Stored = typeof customerInteractions.$inferSelect;

/** An interaction that the caller may change, locked. Throws `not-found`, and `forbidden` unless he noted it or is an owner. */
export async function requireInteraction(ctx: OrgContext, customerId: string, id: string): Promise<Stored> {
  await getCustomer(ctx, customerId);
  const [found] = await ctx.db
    .select()
    .from(customerInteractions)
    .where(and(eq(customerInteractions.id, id), eq(customerInteractions.customerId, customerId)))
    .for('update');
  if (!found) throw notFound();
  if (found.userId === ctx.userId || ctx.role === 'owner') return found;
  throw new Problem('forbidden', { detail: { en: 'Somebody else noted this', tr: 'Bunu başkası kaydetmiş' } });
}
