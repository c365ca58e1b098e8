import { eq } from 'drizzle-orm';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { organizations } from '#src/db/schema/accounts.ts';
import { recordActivity } from './record-activity.ts';
import { requireOwner } from './require-owner.ts';

export type OrganizationChange = { name?: string | undefined; defaultRegion?: string | undefined };

/** Renames the organization, or sets the country its phone numbers are read in. Owner only. */
export async function updateOrganization(ctx: OrgContext, change: OrganizationChange): Promise<void> {
  requireOwner(ctx);
  const { name, defaultRegion } = change;
  if (name === undefined && defaultRegion === undefined) return;
  await inTransaction(ctx, async (ctx) => {
    await ctx.db.update(organizations).set({ name, defaultRegion }).where(eq(organizations.id, ctx.organizationId));
    await recordActivity(ctx, {
      verb: 'accounts.update-organization',
      subjectType: 'organization',
      subjectId: ctx.organizationId,
      details: { name, defaultRegion },
    });
  });
}
