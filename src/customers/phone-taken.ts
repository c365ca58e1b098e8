import { sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { Problem } from '#src/platform/problem.ts';

type Holder = { id: string; name: string };

/** Another living customer of the organization has this phone, as his first or as another. */
const phoneTaken = (holder: Holder | null): Problem =>
  new Problem('already-exists', {
    detail: { en: 'A customer with this phone exists already', tr: 'Bu telefonla kayıtlı bir müşteri zaten var' },
    members: { customerId: holder?.id ?? null, name: holder?.name ?? null, matchedBy: 'phone' },
  });

async function holderOf(ctx: OrgContext, phones: string[], customerId: string | null): Promise<Holder | null> {
  if (phones.length === 0) return null;
  const [holder] = await ctx.db.execute<Holder>(sql`
    select c.id, concat_ws(' ', c.first_name, c.last_name) as name from customer_addresses a join customers c on c.id = a.customer_id
    where a.organization_id = ${ctx.organizationId}::uuid and a.kind = 'phone' and a.deleted_at is null
      and a.address = any(${sql.param(phones)}::text[]) and a.customer_id is distinct from ${customerId}::uuid
    order by c.id limit 1`);
  return holder ?? null;
}

/** Throws `already-exists` where one of these phones is another living customer's. */
export async function requirePhonesFree(ctx: OrgContext, phones: string[], customerId: string | null): Promise<void> {
  const holder = await holderOf(ctx, phones, customerId);
  if (holder) throw phoneTaken(holder);
}

/** The refusal after the database has refused one of these phones: somebody took it at the same moment. */
export const phoneTakenNow = async (ctx: OrgContext, phones: string[], customerId: string | null): Promise<Problem> =>
  phoneTaken(await holderOf(ctx, phones, customerId));
