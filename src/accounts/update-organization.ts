import { eq } from 'drizzle-orm';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { organizations } from '#src/db/schema/accounts.ts';
import { recordActivity } from './record-activity.ts';
import { requireOwner } from './require-owner.ts';

export type OrganizationChange = {
  name?: string | undefined;
  defaultRegion?: string | undefined;
  /** Null: the usual ones. */
  optOutWords?: string[] | null | undefined;
};

/** Renames the organization, sets the country its phone numbers are read in, or the words that opt a customer out. Owner only. */
export async function updateOrganization(ctx: OrgContext, change: OrganizationChange): Promise<void> {
  requireOwner(ctx);
  const { name, defaultRegion, optOutWords } = change;
  if ([name, defaultRegion, optOutWords].every((given) => given === undefined)) return;
  await inTransaction(ctx, async (ctx) => {
    await ctx.db
      .update(organizations)
      .set({ name, defaultRegion, optOutWords })
      .where(eq(organizations.id, ctx.organizationId));
    await recordActivity(ctx, {
      verb: 'accounts.update-organization',
      subjectType: 'organization',
      subjectId: ctx.organizationId,
      details: { name, defaultRegion, optOutWords },
    });
  });
}
