import { type SQL, sql } from 'drizzle-orm';
import type { Deletion } from './deletion.ts';

/** Of a table with `user_id` and `organization_id`, by its alias: what belongs to whom the deletion is about. */
export const isTheirs = (alias: string, { organizationId, userIds, scope }: Deletion): SQL => {
  const table = sql.raw(alias);
  const own = sql`${table}.organization_id = ${organizationId}::uuid`;
  return scope === 'organization' ? own : sql`${own} and ${table}.user_id = any(${sql.param(userIds)}::uuid[])`;
};
