import { and, desc, eq, gt, inArray, isNull } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { type AppContext, inTransaction, unasked } from '#src/context.ts';
import { consents } from '#src/db/schema/consents.ts';
import { customers, suppressions } from '#src/db/schema/customers.ts';
import { addressHash, isAddressHash } from './address-hash.ts';
import { recordConsents } from './record-consents.ts';

export type EmailRestoration = {
  organizationId: string;
  customerId: string | null;
  /** As it was withdrawn: `addressHash`, whole or its first half. */
  emailHash: string;
  evidence: Record<string, unknown> | null;
  ip?: string | null;
};

const HOUR_MS = 3_600_000;
/** How long a person may take an unsubscribe back by the page that told him of it. */
export const undoHours = 24;

/**
 * Takes an unsubscribe back, by the person himself: the suppression goes, and the consent that it ended is given anew. Only within
 * `undoHours`, for a customer who is still there, and never what a complaint or a bounce closed.
 * @returns whether there was something to take back.
 */
export const restoreEmail = (ctx: AppContext, asked: EmailRestoration): Promise<boolean> =>
  inTransaction(ctx, async (ctx) => {
    if (!isAddressHash(asked.emailHash)) throw new Error('not the hash of an address');
    const { organizationId, customerId, evidence, ip } = asked;
    const customer = customerId === null ? null : await lockCustomer(ctx, organizationId, customerId);
    if (!customer) return false;
    const suppressionId = await liftSuppression(ctx, asked, customer.email);
    if (suppressionId === null) return false;
    if (await endedConsent(ctx, customer.id))
      await recordConsents({ ...ctx, organizationId, actor: { type: 'customer', id: null } }, [
        { customerId: customer.id, channel: 'email', state: 'given', source: 'unsubscribe-undo', ip, evidence },
      ]);
    await recordActivity(
      { ...ctx, organizationId, userId: null, actor: { type: 'webhook', id: null }, ...unasked },
      {
        verb: 'customers.email-restore',
        subjectType: 'suppression',
        subjectId: suppressionId,
        details: { customerId },
      },
    );
    return true;
  });

async function lockCustomer(ctx: AppContext, organizationId: string, id: string) {
  const [row] = await ctx.db
    .select({ id: customers.id, email: customers.email })
    .from(customers)
    .where(and(eq(customers.id, id), eq(customers.organizationId, organizationId), isNull(customers.deletedAt)))
    .for('no key update');
  return row;
}

/** The address that was closed may be the customer's no more; it is the one of the hash that is opened. */
async function liftSuppression(
  ctx: AppContext,
  { organizationId, emailHash }: EmailRestoration,
  email: string | null,
): Promise<string | null> {
  const whole = email === null ? null : addressHash(organizationId, email);
  const since = new Date(ctx.clock.now().getTime() - undoHours * HOUR_MS);
  const [row] = await ctx.db
    .delete(suppressions)
    .where(
      and(
        eq(suppressions.organizationId, organizationId),
        inArray(suppressions.emailHash, whole?.startsWith(emailHash) ? [whole, emailHash] : [emailHash]),
        eq(suppressions.level, 'blacklist'),
        eq(suppressions.scope, 'email'),
        eq(suppressions.reason, 'unsubscribe'),
        gt(suppressions.createdAt, since),
      ),
    )
    .returning({ id: suppressions.id });
  return row?.id ?? null;
}

/** Whether what holds now is an unsubscribe by which a consent ended. */
async function endedConsent(ctx: AppContext, customerId: string): Promise<boolean> {
  const [last, before] = await ctx.db
    .select({ state: consents.state, source: consents.source })
    .from(consents)
    .where(and(eq(consents.customerId, customerId), eq(consents.channel, 'email'), eq(consents.purpose, 'marketing')))
    .orderBy(desc(consents.givenAt), desc(consents.id))
    .limit(2);
  return last?.state === 'withdrawn' && last.source === 'unsubscribe' && before?.state === 'given';
}
