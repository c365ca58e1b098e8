import { sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { Problem } from '#src/platform/problem.ts';
import { requirePhonesFree } from './phone-taken.ts';

type Asked = { phones: string[]; emails: string[]; customerId: string | null; allowDuplicate: boolean };
type Twin = { id: string; name: string };

/**
 * Throws `already-exists`, with the twin, where another living customer has one of these addresses. A phone is one person's; an email may
 * be shared where the caller says so. Holds the emails until the transaction ends, so that of two at once one sees the other.
 */
export async function refuseTwin(
  ctx: OrgContext,
  { phones, emails, customerId, allowDuplicate }: Asked,
): Promise<void> {
  await requirePhonesFree(ctx, phones, customerId);
  if (emails.length === 0 || allowDuplicate) return;
  for (const email of emails.toSorted())
    await ctx.db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`${ctx.organizationId}:${email}`}, 0))`);
  const [twin] = await ctx.db.execute<Twin>(sql`
    select c.id, concat_ws(' ', c.first_name, c.last_name) as name from customer_addresses a join customers c on c.id = a.customer_id
    where a.organization_id = ${ctx.organizationId}::uuid and a.kind = 'email' and a.deleted_at is null
      and a.address = any(${sql.param(emails)}::text[]) and a.customer_id is distinct from ${customerId}::uuid
    order by c.id limit 1`);
  if (!twin) return;
  throw new Problem('already-exists', {
    detail: {
      en: 'A customer with this email exists already; send allowDuplicate if two people share it',
      tr: 'Bu e-posta ile kayıtlı bir müşteri zaten var; iki kişi ortak kullanıyorsa allowDuplicate gönderin',
    },
    members: { customerId: twin.id, name: twin.name, matchedBy: 'email' },
  });
}
