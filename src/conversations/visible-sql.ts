import { type SQL, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';

/** Whether the caller sees a conversation `c`: an owner all of the organization's, a consultant those of his own numbers and those that are his to answer. */
export const visibleSql = (ctx: OrgContext): SQL =>
  ctx.role === 'owner'
    ? sql`c.organization_id = ${ctx.organizationId}`
    : sql`c.organization_id = ${ctx.organizationId} and (c.assignee_id = ${ctx.userId} or c.instance_id in (${ownNumbers(ctx)}))`;

/** A SELECT of the caller's numbers, those that are deleted by now included. */
export const ownNumbers = (ctx: OrgContext): SQL =>
  sql`select i.id from instances i where i.organization_id = ${ctx.organizationId} and i.user_id = ${ctx.userId}`;
