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
  mailTracking?: boolean | undefined;
};

/** Renames the organization, sets the country its phone numbers are read in, the words that opt a customer out, or whether mail is tracked. Owner only. */
export async function updateOrganization(ctx: OrgContext, change: OrganizationChange): Promise<void> {
  requireOwner(ctx);
  const { name, defaultRegion, optOutWords, mailTracking } = change;
  if ([name, defaultRegion, optOutWords, mailTracking].every((given) => given === undefined)) return;
  await inTransaction(ctx, async (ctx) => {
    await ctx.db
      .update(organizations)
      .set({ name, defaultRegion, optOutWords, mailTracking })
      .where(eq(organizations.id, ctx.organizationId));
    await recordActivity(ctx, {
      verb: 'accounts.update-organization',
      subjectType: 'organization',
      subjectId: ctx.organizationId,
      details: { name, defaultRegion, optOutWords, mailTracking },
    });
  });
}
