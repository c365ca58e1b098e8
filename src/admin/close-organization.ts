import { eq } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { organizations } from '#src/db/schema/accounts.ts';
import type { Deletion } from './deletion.ts';

const GONE = {
  name: 'Silinmiş firma / Deleted organization',
  logo: null,
  metadata: null,
  optOutWords: null,
  address: null,
  phone: null,
  website: null,
  workingHours: null,
  mapUrl: null,
};

/** What is left of an organization: an id, for its statements. */
export async function closeOrganization(ctx: AppContext, { organizationId }: Deletion): Promise<boolean> {
  await ctx.db
    .update(organizations)
    .set({ ...GONE, slug: organizationId })
    .where(eq(organizations.id, organizationId));
  return true;
}
