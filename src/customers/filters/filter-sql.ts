import { type SQL, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { customers } from '#src/db/schema/customers.ts';
import type { Leaf } from './leaf-schemas.ts';
import { isTwoValued, leafSql, type Scope } from './leaf-sql.ts';
import type { Filter } from './read-filter.ts';
import type { ResolvedFilter } from './resolve-filter.ts';

/**
 * The condition, on `customers`, of being a living customer of the organization whom the filter lets through. Every value is a parameter.
 * A filter with problems lets nobody through, also where it says `not`.
 */
export const filterSql = (ctx: OrgContext, resolved: ResolvedFilter | null): SQL =>
  sql`${livingSql(ctx)} and ${conditionSql(ctx, resolved)}`;

export const livingSql = (ctx: OrgContext): SQL =>
  sql`${customers.organizationId} = ${ctx.organizationId}::uuid and ${customers.deletedAt} is null`;

/** What the filter alone says. */
export function conditionSql(ctx: OrgContext, resolved: ResolvedFilter | null): SQL {
  if (resolved === null) return sql`true`;
  return resolved.problems.length > 0 ? sql`false` : write({ ctx, resolved }, resolved.filter, false);
}

/** `not` goes down to the conditions, where what is unknown counts as no: then it means what it says. */
function write(scope: Scope, filter: Filter, negated: boolean): SQL {
  if ('not' in filter) return write(scope, filter.not, !negated);
  if ('field' in filter) return writeLeaf(scope, filter, negated);
  const members = 'and' in filter ? filter.and : filter.or;
  const all = 'and' in filter !== negated;
  if (members.length === 0) return all ? sql`true` : sql`false`;
  const written = members.map((member) => write(scope, member, negated));
  return sql`(${sql.join(written, all ? sql` and ` : sql` or `)})`;
}

/** PostgreSQL joins where it reads `not exists`, and asks row by row where it reads anything else. */
function writeLeaf(scope: Scope, leaf: Leaf, negated: boolean): SQL {
  if (!negated) return leafSql(scope, leaf);
  const condition = leafSql(scope, leaf);
  return isTwoValued(leaf) ? sql`not ${condition}` : sql`((${condition}) is not true)`;
}
