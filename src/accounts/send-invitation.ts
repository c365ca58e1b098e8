import type { OrgContext } from '#src/context.ts';
import { queueMail } from '#src/mails/queue-mail.ts';
import type { Language } from '#src/platform/language.ts';
import { makeAccountToken } from './account-token.ts';
import { findCorrespondent } from './find-correspondent.ts';
import { findOrganization } from './queries.ts';

const LIFE_MS = 7 * 86_400_000;

export type Invited = { userId: string; email: string; language: Language };

/** Mails a new user of the context's organization a link to choose a password by, which is good for a week. */
export async function sendInvitation(ctx: OrgContext, { userId, email, language }: Invited): Promise<void> {
  const inviter = await findCorrespondent(ctx, ctx);
  const { name } = await findOrganization(ctx);
  const token = await makeAccountToken(ctx, 'reset-password', userId, LIFE_MS);
  await queueMail(ctx, {
    kind: 'invitation',
    organizationId: ctx.organizationId,
    language,
    address: email,
    data: { organization: name, inviter: inviter?.name ?? name, url: `${ctx.publicUrl}/reset-password/${token}` },
  });
}
