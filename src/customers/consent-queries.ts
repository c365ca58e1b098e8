import { and, asc, desc, eq, getTableColumns, lt, or, type SQL, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { organizations } from '#src/db/schema/accounts.ts';
import { consents } from '#src/db/schema/consents.ts';
import { customers, suppressions } from '#src/db/schema/customers.ts';
import { decodeIdCursor, type Page, toPage } from '#src/platform/cursor.ts';
import { notFound } from '#src/platform/problem.ts';
import { closedAddressSql } from './closed-address-sql.ts';

type Marketing = { emailConsentAt: Date | null; whatsappConsentAt: Date | null; unsubscribedAt: Date | null };
export type KeptAddress = { kind: 'phone' | 'email'; address: string; label: string | null; primary: boolean };
export type CustomerRow = typeof customers.$inferSelect &
  Marketing & { addresses: KeptAddress[]; createdByName: string | null };
export type ConsentRow = typeof consents.$inferSelect & { inForce: boolean };
type ConsentPage = { limit: number; cursor?: string | undefined; channel?: ConsentRow['channel'] | undefined };

/** When the owner of a customer's email address closed it. */
const unsubscribedAt = closedAddressSql(
  sql`customers.organization_id`,
  sql`address_hash(customers.organization_id, customers.email)`,
);
const givenAt = (column: 'email_consent_id' | 'whatsapp_consent_id'): SQL<Date | null> =>
  sql`(select held.given_at from consents held where held.id = customers.${sql.raw(column)})`;

/** Without what is kept in fields that are being deleted. */
const customFields = sql`case when customers.custom_fields = '{}' then customers.custom_fields else customers.custom_fields - coalesce((
  select array_agg(going.key) from custom_fields going
  where going.organization_id = customers.organization_id and going.deleted_at is not null), '{}') end`;

const addresses = sql<KeptAddress[]>`coalesce((
  select jsonb_agg(jsonb_build_object('kind', kept.kind, 'address', kept.address, 'label', kept.label, 'primary', kept.is_primary) order by kept.id)
  from customer_addresses kept where kept.customer_id = customers.id), '[]')`;

/** Of a user or of the user's API key. */
const createdByName = sql<string | null>`case customers.created_by_type
  when 'user' then (select maker.name from users maker where maker.id::text = customers.created_by_id)
  when 'admin' then (select maker.name from users maker where maker.id::text = customers.created_by_id)
  when 'apiKey' then (select used.name from api_keys used where used.id::text = customers.created_by_id) end`;

/** A customer with his addresses and what marketing he agreed to. */
export const customerColumns = {
  ...getTableColumns(customers),
  customFields: customFields.mapWith(customers.customFields) as SQL<CustomerRow['customFields']>,
  addresses,
  createdByName,
  emailConsentAt: givenAt('email_consent_id').mapWith(consents.givenAt) as SQL<Date | null>,
  whatsappConsentAt: givenAt('whatsapp_consent_id').mapWith(consents.givenAt) as SQL<Date | null>,
  unsubscribedAt: unsubscribedAt.mapWith(suppressions.createdAt) as SQL<Date | null>,
};

/** The condition, on `customers`, that marketing on `channel` is agreed to and, for mail, that the address is not closed. */
export const consentCondition = (channel: 'email' | 'whatsapp'): SQL =>
  channel === 'email'
    ? sql`${customers.emailConsentId} is not null and ${unsubscribedAt} is null`
    : sql`${customers.whatsappConsentId} is not null`;

const inForce = sql<boolean>`coalesce(customers.deleted_at is null and case consents.channel
    when 'email' then consents.id = customers.email_consent_id and ${unsubscribedAt} is null
    when 'whatsapp' then consents.id = customers.whatsapp_consent_id else consents.id = customers.sms_consent_id end, false)`;
const consentColumns = { ...getTableColumns(consents), inForce };

/** Latest recorded first. Also of a deleted customer: evidence outlives the address. Throws `not-found` for another organization's. */
export async function listConsents(ctx: OrgContext, customerId: string, page: ConsentPage): Promise<Page<ConsentRow>> {
  await findCustomer(ctx, customerId);
  const { limit, cursor, channel } = page;
  const rows = await selectConsents(ctx, customerId)
    .where(
      and(
        ofCustomer(ctx, customerId),
        channel && eq(consents.channel, channel),
        cursor === undefined ? undefined : lt(consents.id, decodeIdCursor(cursor)),
      ),
    )
    .orderBy(desc(consents.id))
    .limit(limit + 1);
  return toPage(rows, limit, (row) => [row.id]);
}

export async function getConsent(ctx: OrgContext, customerId: string, id: string): Promise<ConsentRow> {
  const [row] = await selectConsents(ctx, customerId).where(and(ofCustomer(ctx, customerId), eq(consents.id, id)));
  if (!row) throw notFound();
  return row;
}

const selectConsents = (ctx: OrgContext, customerId: string) =>
  ctx.db
    .select(consentColumns)
    .from(consents)
    .innerJoin(customers, and(eq(customers.id, consents.customerId), eq(customers.id, customerId)))
    .$dynamic();

const ofCustomer = (ctx: OrgContext, customerId: string) =>
  and(eq(consents.organizationId, ctx.organizationId), eq(consents.customerId, customerId));

/** Everything that is known of one customer's consent: who he is, all records, what his addresses are suppressed by. */
export async function readConsentEvidence(ctx: OrgContext, customerId: string) {
  const customer = await findCustomer(ctx, customerId);
  const [organization] = await ctx.db
    .select({ id: organizations.id, name: organizations.name })
    .from(organizations)
    .where(eq(organizations.id, ctx.organizationId));
  const records = await selectConsents(ctx, customerId)
    .where(ofCustomer(ctx, customerId))
    .orderBy(asc(consents.givenAt), asc(consents.id));
  const hashes = sql`(select held.hash from customer_addresses held where held.customer_id = ${customerId}::uuid)`;
  const barred = await ctx.db
    .select()
    .from(suppressions)
    .where(
      and(
        eq(suppressions.organizationId, ctx.organizationId),
        or(
          sql`${suppressions.emailHash} in (select unnest(array[his.hash, left(his.hash, 32)]) from ${hashes} his)`,
          sql`${suppressions.phoneHash} in ${hashes}`,
        ),
      ),
    )
    .orderBy(asc(suppressions.id));
  const his = await ctx.db.execute<{ address: string; hash: string }>(
    sql`select address, hash from customer_addresses where customer_id = ${customerId}::uuid`,
  );
  // of one that was erased, and is his, the address is known by its hash
  const known = (hash: string | null) => his.find((one) => hash !== null && one.hash.startsWith(hash))?.address ?? '';
  const suppressed = barred.map((row) => ({
    ...row,
    address: row.phone ?? row.email ?? known(row.phoneHash ?? row.emailHash),
  }));
  return { organization: organization!, customer, consents: records, suppressions: suppressed };
}

/** Deleted or not. */
async function findCustomer(ctx: OrgContext, id: string): Promise<typeof customers.$inferSelect> {
  const [row] = await ctx.db
    .select()
    .from(customers)
    .where(and(eq(customers.id, id), eq(customers.organizationId, ctx.organizationId)));
  if (!row) throw notFound();
  return row;
}
