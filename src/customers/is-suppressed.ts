import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';

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

type Findings = { living: boolean; phone: string | null; blacklisted: boolean; graylisted: boolean };

/**
 * Why this address must not be written to now; null when it may be. One query, for the moment of sending.
 * Fails closed: a customer that cannot be found counts as deleted, and a database that does not answer throws.
 */
export async function suppressionOf(ctx: AppContext, asked: SuppressionQuestion): Promise<SuppressionReason | null> {
  const [found] = await ctx.db.execute<Findings>(query(ctx.clock.now(), asked));
  if (!found) throw new Error('suppression query gave no row');
  if (asked.customerId !== null && !found.living) return 'customer-deleted';
  if (found.blacklisted) return 'blacklisted';
  if (asked.customerId !== null && asked.phone !== null && found.phone !== asked.phone) return 'phone-changed';
  return found.graylisted && !asked.includeGraylisted ? 'graylisted' : null;
}

function query(now: Date, { organizationId, customerId, phone, email }: SuppressionQuestion) {
  const organization = sql`${organizationId}::uuid`;
  const alive = sql`(s.expires_at is null or s.expires_at > ${now.toISOString()}::timestamptz)`;
  const listed = (
    address: 'phone' | 'email',
    values: ReturnType<typeof sql>,
    level: 'blacklist' | 'graylist',
  ) => sql`exists (
    select from suppressions s where s.organization_id = ${organization} and s.${sql.raw(address)} in (${values})
      and s.level = ${level} and ${alive})`;
  const phones = sql`${phone}::text, c.phone`;
  const emails = sql`${email}::text, c.email`;
  return sql`
    select c.id is not null as living, c.phone,
      ${listed('phone', phones, 'blacklist')} or ${listed('email', emails, 'blacklist')} as blacklisted,
      ${listed('phone', phones, 'graylist')} as graylisted
    from (select 1) as asked
    left join customers c on c.id = ${customerId}::uuid and c.organization_id = ${organization} and c.deleted_at is null`;
}
