import { and, asc, eq, isNotNull, isNull, type SQL, sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { type AppContext, inTransaction, unasked } from '#src/context.ts';
import { customers, suppressions } from '#src/db/schema/customers.ts';
import { publishLiveEvent } from '#src/live/publish-live-event.ts';
import { newId } from '#src/platform/ids.ts';
import { addressHash, isAddressHash } from './address-hash.ts';
import { type ConsentRecord, recordConsents } from './record-consents.ts';

export type EmailWithdrawal = {
  organizationId: string;
  /** To whom the mail was sent; null: who has the address. */
  customerId: string | null;
  /** Null: only the hash is known any more. */
  email: string | null;
  /** `addressHash`, whole or its first half. */
  emailHash: string;
  /** A bounce says nothing of what the person wants: it closes the address and leaves the consent. */
  reason: 'bounce' | 'unsubscribe' | 'complaint';
  evidence: Record<string, unknown> | null;
  ip?: string | null;
  at: Date;
};

type Known = { id: string; email: string | null; emailConsentId: string | null };

/**
 * Closes an address to marketing mail for good: the consent of whoever has it is withdrawn, the address suppressed (by hash, and in
 * plain only while a customer has it). Safe to repeat, and a weaker reason never takes a stronger one's place.
 * @returns the suppression, or null where all of that was so already.
 */
export const withdrawEmail = (
  ctx: AppContext,
  asked: EmailWithdrawal,
): Promise<{ suppressionId: string; customerId: string | null } | null> =>
  inTransaction(ctx, async (ctx) => {
    if (!isAddressHash(asked.emailHash)) throw new Error('not the hash of an address');
    const known = await lockCustomers(ctx, asked);
    const customerId = asked.customerId ?? known[0]?.id ?? null;
    const address = identify(asked, known);
    const suppressionId = await suppress(ctx, asked, address);
    const consents = asked.reason === 'bounce' ? [] : withdrawals(asked, known, address.hash, suppressionId !== null);
    const { organizationId } = asked;
    await recordConsents({ ...ctx, organizationId, actor: { type: 'customer', id: null } }, consents);
    if (suppressionId === null && consents.length === 0) return null;
    const standing = suppressionId ?? (await findSuppression(ctx, organizationId, address.hash));
    await tell(ctx, asked, customerId, standing);
    return { suppressionId: standing, customerId };
  });

/** The living customers that this is about, kept as they are. */
async function lockCustomers(
  ctx: AppContext,
  { organizationId, customerId, email }: EmailWithdrawal,
): Promise<Known[]> {
  const whom = customerId === null ? email && eq(customers.email, email) : eq(customers.id, customerId);
  if (!whom) return [];
  return ctx.db
    .select({ id: customers.id, email: customers.email, emailConsentId: customers.emailConsentId })
    .from(customers)
    .where(and(eq(customers.organizationId, organizationId), isNull(customers.deletedAt), whom))
    .orderBy(asc(customers.id))
    .for('no key update');
}

type Address = { email: string | null; hash: string };

/** The whole hash, where an address at hand has it; the address itself, where a customer still has it. */
function identify({ organizationId, email, emailHash }: EmailWithdrawal, known: Known[]): Address {
  const isIt = (address: string) => addressHash(organizationId, address).startsWith(emailHash);
  const kept = known.find((customer) => customer.email !== null && isIt(customer.email))?.email ?? null;
  const found = kept ?? (email !== null && isIt(email) ? email : null);
  return { email: kept, hash: found === null ? emailHash : addressHash(organizationId, found) };
}

const weight = (reason: SQL): SQL =>
  sql`coalesce(array_position(array['bounce', 'unsubscribe', 'complaint'], ${reason}), 0)`;

/** Null: it was suppressed already, for this reason or a stronger one. */
async function suppress(ctx: AppContext, asked: EmailWithdrawal, { email, hash }: Address): Promise<string | null> {
  const { organizationId, reason, evidence } = asked;
  const createdAt = ctx.clock.now();
  const [row] = await ctx.db
    .insert(suppressions)
    .values({
      id: newId(),
      organizationId,
      email,
      emailHash: hash,
      level: 'blacklist',
      scope: 'email',
      reason,
      evidence,
      createdAt,
    })
    .onConflictDoUpdate({
      target: [suppressions.organizationId, suppressions.emailHash, suppressions.level, suppressions.scope],
      targetWhere: isNotNull(suppressions.emailHash),
      set: { reason, evidence, createdAt, expiresAt: null },
      setWhere: sql`${weight(sql`excluded.reason`)} > ${weight(sql`suppressions.reason`)} or suppressions.expires_at is not null`,
    })
    .returning({ id: suppressions.id });
  return row?.id ?? null;
}

/** One record a customer, unless nothing is to be withdrawn that was not withdrawn before. */
const withdrawals = (asked: EmailWithdrawal, known: Known[], hash: string, isNew: boolean): ConsentRecord[] =>
  known
    .filter(({ emailConsentId }) => isNew || emailConsentId !== null)
    .map(({ id }) => ({
      customerId: id,
      channel: 'email',
      state: 'withdrawn',
      source: asked.reason,
      givenAt: asked.at,
      ip: asked.ip,
      evidence: asked.evidence,
      addressHash: hash,
    }));

async function findSuppression(ctx: AppContext, organizationId: string, hash: string): Promise<string> {
  const [row] = await ctx.db
    .select({ id: suppressions.id })
    .from(suppressions)
    .where(
      and(
        eq(suppressions.organizationId, organizationId),
        eq(suppressions.emailHash, hash),
        eq(suppressions.level, 'blacklist'),
        eq(suppressions.scope, 'email'),
      ),
    );
  return row!.id;
}

async function tell(
  ctx: AppContext,
  { organizationId, reason }: EmailWithdrawal,
  customerId: string | null,
  suppressionId: string,
): Promise<void> {
  const org = { ...ctx, organizationId, userId: null, actor: { type: 'webhook', id: null }, ...unasked } as const;
  await recordActivity(org, {
    verb: `customers.email-${reason}`,
    subjectType: 'suppression',
    subjectId: suppressionId,
    details: { customerId },
  });
  if (reason !== 'bounce')
    await publishLiveEvent(org, { type: 'customer.unsubscribed', data: { customerId, suppressionId, reason } });
}
