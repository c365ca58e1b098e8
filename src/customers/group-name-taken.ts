import { and, eq, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { groups } from '#src/db/schema/groups.ts';
import { Problem } from '#src/platform/problem.ts';

/** Another group of the organization has this name, however cased. */
export async function groupNameTaken(ctx: OrgContext, name: string): Promise<Problem> {
  const [found] = await ctx.db
    .select({ id: groups.id })
    .from(groups)
    .where(and(eq(groups.organizationId, ctx.organizationId), eq(sql`lower(${groups.name})`, sql`lower(${name})`)));
  return new Problem('already-exists', {
    detail: { en: 'A group with this name exists already', tr: 'Bu adda bir grup zaten var' },
    members: { groupId: found?.id ?? null },
  });
}
