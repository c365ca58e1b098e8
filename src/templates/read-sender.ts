import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { sendingIdentities } from '#src/db/schema/emails.ts';
import type { Sender } from '#src/emails/footer.ts';
import { readOrganizationValues } from './organization-values.ts';

/** Who would stand below a mail: the newest sending identity, verified ones first; without any, the organization as it calls itself. */
export async function readSender(ctx: OrgContext): Promise<Sender> {
  const { tradeName, contact, status, id } = sendingIdentities;
  const [identity] = await ctx.db
    .select({ tradeName, contact })
    .from(sendingIdentities)
    .where(and(eq(sendingIdentities.organizationId, ctx.organizationId), isNull(sendingIdentities.deletedAt)))
    .orderBy(desc(sql`${status} = 'verified'`), desc(id))
    .limit(1);
  if (identity) return identity;
  const values = await readOrganizationValues(ctx);
  const name = values['organization.name'] ?? '';
  return { tradeName: name, contact: values['organization.address'] ?? name };
}
