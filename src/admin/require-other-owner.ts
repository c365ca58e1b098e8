import { and, eq, ne } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { members, organizations } from '#src/db/schema/accounts.ts';
import { Problem } from '#src/platform/problem.ts';

/** An organization never stays without an owner. Its row is locked, so that two owners do not go at the same time. Throws `conflict`. */
export async function requireOtherOwner(ctx: OrgContext, organizationId: string, userId: string): Promise<void> {
  if (await hasOtherOwner(ctx, organizationId, userId)) return;
  const [mine] = await ctx.db
    .select({ role: members.role })
    .from(members)
    .where(and(eq(members.organizationId, organizationId), eq(members.userId, userId)));
  if (mine?.role !== 'owner') return;
  throw new Problem('conflict', {
    detail: {
      en: 'The organization would be left without an owner: make somebody else its owner first',
      tr: 'Firma sahipsiz kalır: önce başka birini firma sahibi yapın',
    },
  });
}

export async function hasOtherOwner(ctx: OrgContext, organizationId: string, userId: string): Promise<boolean> {
  await ctx.db
    .select({ id: organizations.id })
    .from(organizations)
    .where(eq(organizations.id, organizationId))
    .for('no key update');
  const others = and(eq(members.organizationId, organizationId), eq(members.role, 'owner'), ne(members.userId, userId));
  return (await ctx.db.$count(members, others)) > 0;
}
