import { asc, eq, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { addressHash } from '#src/customers/address-hash.ts';
import { emailBarSql } from '#src/customers/email-bar-sql.ts';
import { type EmailWithdrawal, withdrawEmail } from '#src/customers/withdraw-email.ts';
import { consents } from '#src/db/schema/consents.ts';
import { customers } from '#src/db/schema/customers.ts';
import { newId } from '#src/platform/ids.ts';
import type { Member } from '#test/support/cast.ts';
import type { World } from '#test/support/world.ts';

let made = 0;

/** A customer of acme's, or whoever's, with an address of his own. */
export async function addCustomer(
  { ctx }: Member,
  values: Partial<typeof customers.$inferInsert> = {},
): Promise<{ id: string; email: string }> {
  const id = newId();
  const email = values.email ?? `person${++made}@example.com`;
  await ctx.db.insert(customers).values({ firstName: 'X', ...values, email, id, organizationId: ctx.organizationId });
  return { id, email };
}

/** By what consent the customer is written to on each channel. */
export async function heldBy({ ctx }: Member, id: string) {
  const [row] = await ctx.db
    .select({
      email: customers.emailConsentId,
      whatsapp: customers.whatsappConsentId,
      sms: customers.smsConsentId,
    })
    .from(customers)
    .where(eq(customers.id, id));
  return row!;
}

export const historyOf = ({ ctx }: Pick<World, 'ctx'> | Member, customerId: string) =>
  ctx.db.select().from(consents).where(eq(consents.customerId, customerId)).orderBy(asc(consents.id));

export const states = async (member: Member, customerId: string) =>
  (await historyOf(member, customerId)).map(({ state, source }) => `${state} ${source}`);

export const barOf = async (
  ctx: OrgContext,
  customerId: string | null,
  address: string | null,
  includeGraylisted = false,
): Promise<string | null> => {
  const { organizationId } = ctx;
  const bar = emailBarSql(ctx.clock.now(), { organizationId, customerId, address, includeGraylisted });
  return (await ctx.db.execute<{ bar: string | null }>(sql`select ${bar} as bar`))[0]!.bar;
};

export const withdraw = (
  { ctx }: Member,
  { id, email }: { id: string | null; email: string },
  more: Partial<EmailWithdrawal> = {},
) =>
  withdrawEmail(ctx, {
    organizationId: ctx.organizationId,
    customerId: id,
    email,
    emailHash: addressHash(ctx.organizationId, email),
    reason: 'unsubscribe',
    evidence: { by: 'link' },
    at: ctx.clock.now(),
    ...more,
  });
