import { inTransaction, type OrgContext } from '#src/context.ts';
import { queueMail } from '#src/mails/queue-mail.ts';
import { makeAccountToken } from './account-token.ts';
import type { Auth } from './create-auth.ts';
import { createUser } from './create-user.ts';
import { findCorrespondent } from './find-correspondent.ts';
import { findOrganization } from './queries.ts';
import { recordActivity } from './record-activity.ts';
import { requireOwner } from './require-owner.ts';

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
    await invite(ctx, userId, person);
    return userId;
  });
}

const LIFE_MS = 7 * 86_400_000;

async function invite(ctx: OrgContext, userId: string, { email }: { email: string }): Promise<void> {
  const inviter = await findCorrespondent(ctx, ctx);
  const { name } = await findOrganization(ctx);
  const token = await makeAccountToken(ctx, 'reset-password', userId, LIFE_MS);
  await queueMail(ctx, {
    kind: 'invitation',
    organizationId: ctx.organizationId,
    language: ctx.language,
    address: email,
    data: { organization: name, inviter: inviter?.name ?? name, url: `${ctx.publicUrl}/reset-password/${token}` },
  });
}
