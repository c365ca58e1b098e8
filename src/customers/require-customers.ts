import { sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { Problem } from '#src/platform/problem.ts';

const ERRORS_SHOWN = 20;

/**
 * Locks these customers against being deleted meanwhile. Throws `invalid-request`, with `customerIds[i]`, unless all are
 * living customers of the organization.
 */
export async function requireCustomers(ctx: OrgContext, customerIds: string[]): Promise<void> {
  const rows = await ctx.db.execute<{ id: string }>(sql`
    select id from customers
    where id = any(${sql.param(customerIds)}::uuid[]) and organization_id = ${ctx.organizationId}::uuid and deleted_at is null
    order by id for share`);
  const found = new Set(rows.map((row) => row.id));
  const errors = customerIds.flatMap((id, i) =>
    found.has(id.toLowerCase())
      ? []
      : [{ path: `customerIds[${i}]`, message: { en: 'No such customer', tr: 'Böyle bir müşteri yok' } }],
  );
  if (errors.length > 0) throw new Problem('invalid-request', { errors: errors.slice(0, ERRORS_SHOWN) });
}
