import { requireOwner } from '#src/accounts/require-owner.ts';
import type { OrgContext } from '#src/context.ts';
import { checkIdentity } from './check-identity.ts';
import { findIdentity, type IdentityRow } from './identity-queries.ts';

/** The DNS is not asked more often. */
const ONCE_IN_MS = 5_000;

/** Checks an identity now, as its owner has just set the records. Owner only. */
export async function recheckIdentity(ctx: OrgContext, id: string): Promise<IdentityRow> {
  requireOwner(ctx);
  const { checkedAt } = await findIdentity(ctx, id);
  const isFresh = checkedAt !== null && ctx.clock.now().getTime() - checkedAt.getTime() < ONCE_IN_MS;
  if (!isFresh) await checkIdentity(ctx, id);
  return findIdentity(ctx, id);
}
