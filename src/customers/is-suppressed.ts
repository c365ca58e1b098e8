import type { AppContext } from '#src/context.ts';
import { suppressionSql } from './suppression-sql.ts';

export type SuppressionReason = 'blacklisted' | 'graylisted' | 'customer-deleted' | 'phone-changed';

/** What was frozen when the message was planned. */
export type SuppressionQuestion = {
  organizationId: string;
  /** Null: an address nobody keeps as a customer. */
  customerId: string | null;
  phone: string | null;
  email: string | null;
  includeGraylisted: boolean;
};

/**
 * Why this address must not be written to now; null when it may be. One query, for the moment of sending.
 * Fails closed: a customer that cannot be found counts as deleted, and a database that does not answer throws.
 */
export async function suppressionOf(ctx: AppContext, asked: SuppressionQuestion): Promise<SuppressionReason | null> {
  const query = suppressionSql(ctx.clock.now(), asked, asked.includeGraylisted);
  const [found] = await ctx.db.execute<{ reason: SuppressionReason | null }>(query);
  if (!found) throw new Error('suppression query gave no row');
  return found.reason;
}
