import { and, eq, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { variablesOf } from '#src/customers/variables-sql.ts';
import { users } from '#src/db/schema/accounts.ts';
import { campaignRecipients } from '#src/db/schema/campaigns.ts';
import type { MailAddressee } from '#src/emails/mail-values.ts';
import { invalid } from '#src/platform/problem.ts';

/** For whom a mail is looked at: what fills it. */
export type Reader = Pick<MailAddressee, 'name' | 'variables'>;

/**
 * The customer named, with the values that are frozen in the campaign if he is in it; nobody named: the caller himself. Throws a 400
 * for a customer that is not there.
 */
export async function findReader(
  ctx: OrgContext,
  customerId: string | undefined,
  campaignId?: string,
): Promise<Reader> {
  if (customerId === undefined) return readCaller(ctx);
  const reader =
    (campaignId && (await readRecipient(ctx, campaignId, customerId))) || (await readCustomer(ctx, customerId));
  if (!reader) throw invalid('customerId', { en: 'No such customer', tr: 'Böyle bir müşteri yok' });
  return reader;
}

async function readRecipient(ctx: OrgContext, campaignId: string, customerId: string): Promise<Reader | undefined> {
  const { name, variables } = campaignRecipients;
  const [row] = await ctx.db
    .select({ name, variables })
    .from(campaignRecipients)
    .where(and(eq(campaignRecipients.campaignId, campaignId), eq(campaignRecipients.customerId, customerId)));
  return row;
}

async function readCustomer(ctx: OrgContext, customerId: string): Promise<Reader | undefined> {
  const [row] = await ctx.db.execute<{ variables: Record<string, string> }>(sql`
    select ${variablesOf()} as variables from customers a
    where a.id = ${customerId} and a.organization_id = ${ctx.organizationId} and a.deleted_at is null`);
  return row && { name: row.variables['fullName'] ?? '', variables: row.variables };
}

async function readCaller(ctx: OrgContext): Promise<Reader> {
  const [caller] = await ctx.db.select().from(users).where(eq(users.id, ctx.userId));
  const { name, email } = caller!;
  const [firstName, ...others] = name.trim().split(/\s+/);
  return { name, variables: { firstName, lastName: others.join(' '), fullName: name, email } };
}
