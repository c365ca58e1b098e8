import { eq } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { organizations } from '#src/db/schema/accounts.ts';
import type { OrganizationVariable } from './template.ts';

export type OrganizationValues = Record<OrganizationVariable, string | null>;

/** What texts say of the business, as it is now. */
export async function readOrganizationValues(ctx: OrgContext): Promise<OrganizationValues> {
  const [row] = await ctx.db.select().from(organizations).where(eq(organizations.id, ctx.organizationId));
  const { name, address, phone, website, workingHours, mapUrl } = row!;
  return {
    'organization.name': name,
    'organization.address': address,
    'organization.phone': phone,
    'organization.website': website,
    'organization.workingHours': workingHours,
    'organization.mapUrl': mapUrl,
  };
}
