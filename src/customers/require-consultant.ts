import { and, eq } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { members } from '#src/db/schema/accounts.ts';
import { invalid } from '#src/platform/problem.ts';

/** Throws `invalid-request` unless `userId`, where given, is a member of the organization. */
export async function requireConsultant(ctx: OrgContext, userId: string | null | undefined): Promise<void> {
  if (!userId) return;
  const [member] = await ctx.db
    .select({ id: members.id })
    .from(members)
    .where(and(eq(members.organizationId, ctx.organizationId), eq(members.userId, userId)));
  if (!member)
    throw invalid('consultantId', { en: 'Not a user of this organization', tr: 'Bu firmanın kullanıcısı değil' });
}
