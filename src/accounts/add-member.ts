import { inTransaction, type OrgContext } from '#src/context.ts';
import type { Auth } from './create-auth.ts';
import { createUser } from './create-user.ts';
import { recordActivity } from './record-activity.ts';
import { requireOwner } from './require-owner.ts';
import { sendInvitation } from './send-invitation.ts';

export type NewMember = { email: string; name: string; password: string; role: 'consultant' };

/** Makes a user who belongs to this organization, with settings and credits of his own, and mails him a link to choose a password by. Owner only. Throws `already-exists`. */
export async function addMember(ctx: OrgContext, auth: Auth, input: NewMember): Promise<string> {
  requireOwner(ctx);
  const { password, role, ...person } = input;
  const passwordHash = await (await auth.$context).password.hash(password);
  return inTransaction(ctx, async (ctx) => {
    const membership = { organizationId: ctx.organizationId, role };
    const { userId } = await createUser(ctx, { ...person, passwordHash, locale: ctx.language, membership });
    await recordActivity(ctx, {
      verb: 'accounts.add-member',
      subjectType: 'user',
      subjectId: userId,
      details: { role },
    });
    await sendInvitation(ctx, { userId, email: person.email, language: ctx.language });
    return userId;
  });
}
