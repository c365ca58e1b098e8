import { type SQL, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { ownersReasons } from '#src/customers/closed-address-sql.ts';
import { customers } from '#src/db/schema/customers.ts';
import type { suppressionWords } from './leaf-schemas.ts';

type Word = (typeof suppressionWords)[number];

/** There is a suppression `s` of an address `a` of his. Both ways round have an index: few are suppressed, and few are asked about. */
const listed = (ctx: OrgContext, which: SQL): SQL => sql`exists (
  select from customer_addresses a
  join suppressions s on s.organization_id = a.organization_id and left(coalesce(s.phone_hash, s.email_hash), 32) = left(a.hash, 32)
  where a.customer_id = ${customers.id} and a.deleted_at is null and s.organization_id = ${ctx.organizationId}::uuid and ${which})`;

const PRIMARY_EMAIL = sql`a.kind = 'email' and a.is_primary`;

/** A suppression of this kind keeps the customer from being written to: of any address of his, or for mail of the one it goes to. */
export function suppressedSql(ctx: OrgContext, word: Word): SQL {
  const unexpired = sql`(s.expires_at is null or s.expires_at > ${ctx.clock.now().toISOString()}::timestamptz)`;
  return word === 'email'
    ? listed(ctx, sql`${PRIMARY_EMAIL} and s.scope = 'email' and ${unexpired}`)
    : listed(ctx, sql`s.level = ${word}::text and s.scope = 'all' and ${unexpired}`);
}

/** The owner of the address that mail goes to closed it to marketing. */
export const closedSql = (ctx: OrgContext): SQL =>
  listed(
    ctx,
    sql`${PRIMARY_EMAIL} and s.level = 'blacklist' and s.scope = 'email' and s.reason = any(${sql.param([...ownersReasons])}::text[])`,
  );
