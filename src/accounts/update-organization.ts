import { eq } from 'drizzle-orm';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { organizations } from '#src/db/schema/accounts.ts';
import { changesOf } from './changes-of.ts';
import { recordActivity } from './record-activity.ts';
import { requireOwner } from './require-owner.ts';

export type OrganizationChange = {
  name?: string | undefined;
  defaultRegion?: string | undefined;
  /** Null: the usual ones. */
  optOutWords?: string[] | null | undefined;
  mailTracking?: boolean | undefined;
  /** For so many days after a campaign's message, what its customer writes is an answer to it. */
  replyDays?: number | undefined;
} & OrganizationProfile;

/** What texts may say of the business; null: it is not told. */
export type OrganizationProfile = {
  [K in 'address' | 'phone' | 'website' | 'workingHours' | 'mapUrl']?: string | null | undefined;
};

const FIELDS = [
  'name',
  'defaultRegion',
  'optOutWords',
  'mailTracking',
  'replyDays',
  'address',
  'phone',
  'website',
  'workingHours',
  'mapUrl',
] as const;

/** Renames the organization, sets the country its phone numbers are read in, the words that opt a customer out, whether mail is tracked, how long an answer counts, or what texts say of it. Owner only. */
export async function updateOrganization(ctx: OrgContext, change: OrganizationChange): Promise<void> {
  requireOwner(ctx);
  if (Object.values(change).every((given) => given === undefined)) return;
  await inTransaction(ctx, async (ctx) => {
    const which = eq(organizations.id, ctx.organizationId);
    const [before] = await ctx.db.select().from(organizations).where(which).for('no key update');
    await ctx.db.update(organizations).set(change).where(which);
    await recordActivity(ctx, {
      verb: 'accounts.update-organization',
      subjectType: 'organization',
      subjectId: ctx.organizationId,
      changes: changesOf(before!, change, FIELDS),
    });
  });
}
