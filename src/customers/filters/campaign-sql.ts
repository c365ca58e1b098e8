import { type SQL, sql } from 'drizzle-orm';
import { customers } from '#src/db/schema/customers.ts';
import type { behaviours } from './leaf-schemas.ts';

const behaviourSql: Record<(typeof behaviours)[number], SQL> = {
  received: sql`r.status in ('sent', 'delivered', 'read')`,
  delivered: sql`r.status in ('delivered', 'read')`,
  read: sql`r.status = 'read'`,
  opened: sql`r.opened_at is not null`,
  clicked: sql`r.clicked_at is not null`,
  replied: sql`r.replied_at is not null`,
  failed: sql`r.status = 'failed'`,
};

/** One of these campaigns went so with the customer. */
export function campaignSql(op: (typeof behaviours)[number], campaignIds: string[]): SQL {
  if (campaignIds.length === 0) return sql`false`;
  const which =
    campaignIds.length === 1
      ? sql`r.campaign_id = ${campaignIds[0]!}::uuid`
      : sql`r.campaign_id = any(${sql.param(campaignIds)}::uuid[])`;
  return sql`exists (select from campaign_recipients r where r.customer_id = ${customers.id} and ${which} and ${behaviourSql[op]})`;
}
