import { and, eq } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { credentials, sessions, users } from '#src/db/schema/accounts.ts';
import { invalid } from '#src/platform/problem.ts';
import { isAccountToken, useAccountToken } from './account-token.ts';
import type { Auth } from './create-auth.ts';
import { findCorrespondent } from './find-correspondent.ts';
import { recordActivity } from './record-activity.ts';

export type PasswordReset = { token: string; newPassword: string };
type Ctx = AppContext & { requestId: string | null; address: string | null };

/**
 * Sets the password of whom the link was mailed to, and ends his every session; his address is verified by that. Throws `invalid-request`
 * for a link that is none, used or too old.
 */
export async function resetPassword(ctx: Ctx, auth: Auth, { token, newPassword }: PasswordReset): Promise<void> {
  if (!(await isAccountToken(ctx, 'reset-password', token))) throw spent();
  const password = await (await auth.$context).password.hash(newPassword);
  await inTransaction(ctx, async (ctx) => {
    const userId = await useAccountToken(ctx, 'reset-password', token);
    const person = userId && (await findCorrespondent(ctx, { userId }));
    if (!person) throw spent();
    const updatedAt = ctx.clock.now();
    await ctx.db
      .update(credentials)
      .set({ password, updatedAt })
      .where(and(eq(credentials.userId, person.userId), eq(credentials.providerId, 'credential')));
    await ctx.db.update(users).set({ emailVerified: true, updatedAt }).where(eq(users.id, person.userId));
    await ctx.db.delete(sessions).where(eq(sessions.userId, person.userId));
    await recordActivity(
      { ...ctx, ...person, actor: { type: 'user', id: person.userId }, impersonatorId: null },
      { verb: 'accounts.reset-password', subjectType: 'user', subjectId: person.userId },
    );
  });
}

const spent = () =>
  invalid('token', {
    en: 'This link has been used, is too old, or never was one',
    tr: 'Bu bağlantı kullanılmış, süresi geçmiş ya da geçersiz',
  });
