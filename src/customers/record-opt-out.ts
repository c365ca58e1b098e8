import { isNotNull, sql } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { type OptOutEvidence, suppressions } from '#src/db/schema/customers.ts';
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
 * Blacklists the phone, and every phone of the customer who has it in whatever spelling, with what was written as evidence. Null,
 * with nothing changed, where an opt-out stands already.
 */
export const recordOptOut = (
  ctx: AppContext,
  { organizationId, phone, spellings, evidence }: OptOut,
): Promise<{ suppressionId: string; customerId: string | null } | null> =>
  inTransaction(ctx, async (ctx) => {
    const known = await ctx.db.execute<{ customer_id: string; address: string }>(sql`
      select customer_id, address from customer_addresses where kind = 'phone' and deleted_at is null and customer_id in (
        select customer_id from customer_addresses where organization_id = ${organizationId}::uuid and kind = 'phone' and deleted_at is null
          and address = any(${sql.param([phone, ...spellings])}::text[]))
      order by customer_id, address`);
    const phones = new Set([phone, ...known.map(({ address }) => address)]);
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
        target: [suppressions.organizationId, suppressions.phoneHash, suppressions.level],
        targetWhere: isNotNull(suppressions.phoneHash),
        set: { evidence, expiresAt: null, phone: sql`excluded.phone` },
        setWhere: sql`${suppressions.evidence} is null`,
      })
      .returning({ id: suppressions.id });
    const customer = known.find((one) => one.address === phone) ?? known[0];
    return added.length === 0 ? null : { suppressionId: added[0]!.id, customerId: customer?.customer_id ?? null };
  });
