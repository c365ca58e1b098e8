import { and, eq } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { templates } from '#src/db/schema/templates.ts';
import { notFound } from '#src/platform/problem.ts';

/** Removes a template with its versions; campaigns made of it keep what they took. */
export function deleteTemplate(ctx: OrgContext, id: string): Promise<void> {
  return inTransaction(ctx, async (ctx) => {
    const [gone] = await ctx.db
      .delete(templates)
      .where(and(eq(templates.id, id), eq(templates.organizationId, ctx.organizationId)))
      .returning({ name: templates.name });
    if (!gone) throw notFound();
    await recordActivity(ctx, {
      verb: 'templates.delete',
      subjectType: 'template',
      subjectId: id,
      details: { name: gone.name },
    });
  });
}
