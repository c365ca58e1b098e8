import { findCorrespondent } from '#src/accounts/find-correspondent.ts';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { sendResetLink } from '#src/accounts/send-reset-link.ts';
import type { OrgContext } from '#src/context.ts';
import { Problem } from '#src/platform/problem.ts';
import { changeUser } from './change-user.ts';
import { requireAdmin } from './require-admin.ts';

/**
 * Mails a user a link to choose a new password by. Nothing ends before he uses it: neither his password nor his sessions; an earlier link is
 * worth nothing. @returns where it goes. Throws `not-found`, and `conflict` for one who is banned or belongs nowhere.
 */
export async function mailResetLink(ctx: OrgContext, userId: string): Promise<{ mailedTo: string }> {
  requireAdmin(ctx);
  return changeUser(ctx, userId, async (ctx, { user, theirs }) => {
    if (!(await findCorrespondent(ctx, { userId })))
      throw new Problem('conflict', {
        detail: {
          en: 'The user is banned or belongs to no organization: a link would lead nowhere',
          tr: 'Kullanıcı yasaklı ya da bir firmaya bağlı değil: bağlantı işe yaramaz',
        },
      });
    await sendResetLink(theirs, { email: user.email }, false);
    await recordActivity(theirs, { verb: 'admin.mail-reset-link', subjectType: 'user', subjectId: userId });
    return { mailedTo: user.email };
  });
}
