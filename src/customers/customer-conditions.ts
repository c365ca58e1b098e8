import { and, eq, isNull, type SQL } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { customers } from '#src/db/schema/customers.ts';

/** The condition, on `customers`, of being a living customer of the organization. */
export const customerConditions = (ctx: OrgContext, _filter: Record<string, never> = {}): SQL =>
  and(eq(customers.organizationId, ctx.organizationId), isNull(customers.deletedAt)) as SQL;
