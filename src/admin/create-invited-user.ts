import { eq } from 'drizzle-orm';
import type { Auth } from '#src/accounts/create-auth.ts';
import { createUser } from '#src/accounts/create-user.ts';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { sendInvitation } from '#src/accounts/send-invitation.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { type memberRoles, organizations, type userRoles } from '#src/db/schema/accounts.ts';
import type { Language } from '#src/platform/language.ts';
import { invalid } from '#src/platform/problem.ts';
import { newSecret } from '#src/platform/secret-box.ts';
import { requireAdmin } from './require-admin.ts';

export type InvitedUser = {
  email: string;
  name: string;
  language: Language;
  role: (typeof userRoles)[number];
  /** Null: an organization of his own, by that name or his. */
  membership: { organizationId: string; role: (typeof memberRoles)[number] } | null;
  organizationName: string | null;
};

/**
 * Makes a user whom nobody knows a password of, in an organization of his own or another, and mails him a link to choose one by, which also
 * proves his address. Throws `already-exists`, and `invalid-request` for an organization that is none.
 */
export async function createInvitedUser(ctx: OrgContext, auth: Auth, input: InvitedUser): Promise<string> {
  requireAdmin(ctx);
  const { email, name, role, language, membership, organizationName } = input;
  const passwordHash = await (await auth.$context).password.hash(newSecret());
  return inTransaction(ctx, async (ctx) => {
    if (membership) await requireOrganization(ctx, membership.organizationId);
    const { userId, organizationId } = await createUser(ctx, {
      email,
      name,
      role,
      locale: language,
      passwordHash,
      ...(membership && { membership }),
      ...(organizationName && { organizationName }),
    });
    const theirs = { ...ctx, organizationId };
    await recordActivity(theirs, {
      verb: 'admin.create-user',
      subjectType: 'user',
      subjectId: userId,
      details: { role, organizationRole: membership?.role ?? 'owner', ownOrganization: !membership },
    });
    await sendInvitation(theirs, { userId, email: email.toLowerCase(), language });
    return userId;
  });
}

async function requireOrganization(ctx: OrgContext, id: string): Promise<void> {
  const [found] = await ctx.db
    .select({ deletedAt: organizations.deletedAt })
    .from(organizations)
    .where(eq(organizations.id, id))
    .for('key share');
  if (!found || found.deletedAt)
    throw invalid('organizationId', { en: 'No such organization', tr: 'Böyle bir firma yok' });
}
