import { and, eq, inArray, isNotNull, isNull, sql } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { customers, type OptOutEvidence, suppressions } from '#src/db/schema/customers.ts';
import { newId } from '#src/platform/ids.ts';

type OptOut = {
  organizationId: string;
  /** Whom it came from, E.164. */
  phone: string;
  /** Other forms under which the same phone may be known as a customer's. */
  spellings: string[];
  evidence: OptOutEvidence;
};

/**
 * Blacklists the phone, and the same phone as the organization's customers spell it, with what was written as evidence. Null,
 * with nothing changed, where an opt-out stands already.
 */
export const recordOptOut = (
  ctx: AppContext,
  { organizationId, phone, spellings, evidence }: OptOut,
): Promise<{ suppressionId: string; customerId: string | null } | null> =>
  inTransaction(ctx, async (ctx) => {
    const known = await ctx.db
      .select({ id: customers.id, phone: customers.phone })
      .from(customers)
      .where(
        and(
          eq(customers.organizationId, organizationId),
          inArray(customers.phone, [phone, ...spellings]),
          isNull(customers.deletedAt),
        ),
      );
    const phones = new Set([phone, ...known.flatMap((customer) => customer.phone ?? [])]);
    const added = await ctx.db
      .insert(suppressions)
      .values(
        [...phones].sort().map((phone) => ({
          id: newId(),
          organizationId,
          phone,
          level: 'blacklist' as const,
          reason: 'opt-out',
          evidence,
          createdAt: ctx.clock.now(),
        })),
      )
      .onConflictDoUpdate({
        target: [suppressions.organizationId, suppressions.phone, suppressions.level],
        targetWhere: isNotNull(suppressions.phone),
        set: { evidence, expiresAt: null },
        setWhere: sql`${suppressions.evidence} is null`,
      })
      .returning({ id: suppressions.id });
    const customer = known.find((one) => one.phone === phone) ?? known[0];
    return added.length === 0 ? null : { suppressionId: added[0]!.id, customerId: customer?.id ?? null };
  });
