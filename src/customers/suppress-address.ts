import { isNotNull } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { type suppressionLevels, suppressions } from '#src/db/schema/customers.ts';
import { newId } from '#src/platform/ids.ts';

export type Suppressing = {
  /** Exactly one: an E.164 phone or a normalised email. */
  address: { phone: string } | { email: string };
  level: (typeof suppressionLevels)[number];
  reason: string | null;
  /** Graylist only. */
  expiresAt: Date | null;
};
type SuppressionRow = typeof suppressions.$inferSelect;

/** Suppresses one address of the organization; where it is so at this level already, reason and expiry are renewed. */
export function suppressAddress(
  ctx: OrgContext,
  { address, level, reason, expiresAt }: Suppressing,
): Promise<SuppressionRow> {
  return inTransaction(ctx, async (ctx) => {
    const key = 'phone' in address ? suppressions.phoneHash : suppressions.emailHash;
    const [row] = await ctx.db
      .insert(suppressions)
      .values({
        id: newId(),
        organizationId: ctx.organizationId,
        ...address,
        level,
        reason,
        expiresAt,
        createdBy: ctx.userId,
        createdAt: ctx.clock.now(),
      })
      .onConflictDoUpdate({
        target: [
          suppressions.organizationId,
          key,
          suppressions.level,
          ...('phone' in address ? [] : [suppressions.scope]),
        ],
        targetWhere: isNotNull(key),
        // an address that was erased is at hand again
        set: { reason, expiresAt, ...address },
      })
      .returning();
    await recordActivity(ctx, {
      verb: 'suppressions.create',
      subjectType: 'suppression',
      subjectId: row!.id,
      details: { level },
    });
    return row!;
  });
}
