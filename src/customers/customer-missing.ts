import { and, eq } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { customers } from '#src/db/schema/customers.ts';
import { notFound, Problem } from '#src/platform/problem.ts';

/** The refusal for a customer that is not among the living: one who was merged into another tells into whom. */
export async function customerMissing(ctx: OrgContext, id: string): Promise<Problem> {
  let at = id;
  for (let hops = 0; hops < LONGEST_CHAIN; hops++) {
    const [row] = await ctx.db
      .select({ mergedIntoId: customers.mergedIntoId })
      .from(customers)
      .where(and(eq(customers.id, at), eq(customers.organizationId, ctx.organizationId)));
    if (!row?.mergedIntoId) break;
    at = row.mergedIntoId;
  }
  if (at === id) return notFound();
  return new Problem('not-found', {
    detail: {
      en: 'This customer was merged into another: see mergedIntoId',
      tr: 'Bu müşteri başka bir müşteriyle birleştirildi: mergedIntoId alanına bakın',
    },
    members: { mergedIntoId: at },
  });
}

/** Merging keeps chains short; this bounds what an odd row could cost. */
const LONGEST_CHAIN = 20;
