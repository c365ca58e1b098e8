import { and, eq, ne } from 'drizzle-orm';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { credentials, sessions } from '#src/db/schema/accounts.ts';
import { invalid, Problem } from '#src/platform/problem.ts';
import { attemptKey, countAttempt, forgiveAttempts } from './attempts.ts';
import type { Auth } from './create-auth.ts';
import { recordActivity } from './record-activity.ts';

export type PasswordChange = { currentPassword: string; newPassword: string };

const WRONG_PASSWORDS = { most: 5, windowMs: 60_000 };

/** Sets a new password and ends every session but the one with `token`, together. Throws `invalid-request`, `rate-limited`, `conflict`. */
export async function changePassword(ctx: OrgContext, auth: Auth, input: PasswordChange, token: string): Promise<void> {
  const attempts = attemptKey('change-password', ctx.userId);
  await countAttempt(ctx, attempts, WRONG_PASSWORDS);
  const mine = and(eq(credentials.userId, ctx.userId), eq(credentials.providerId, 'credential'));
  const [credential] = await ctx.db.select({ password: credentials.password }).from(credentials).where(mine);
  const { password } = await auth.$context;
  if (!credential?.password || !(await password.verify({ hash: credential.password, password: input.currentPassword })))
    throw invalid('currentPassword', { en: 'This is not the current password', tr: 'Mevcut parola bu değil' });
  await forgiveAttempts(ctx, attempts);
  const hash = await password.hash(input.newPassword);
  const unchanged = eq(credentials.password, credential.password);
  await inTransaction(ctx, async (ctx) => {
    const set = { password: hash, updatedAt: ctx.clock.now() };
    const changed = await ctx.db
      .update(credentials)
      .set(set)
      .where(and(mine, unchanged))
      .returning({ id: credentials.id });
    if (changed.length === 0) throw new Problem('conflict');
    await ctx.db.delete(sessions).where(and(eq(sessions.userId, ctx.userId), ne(sessions.token, token)));
    await recordActivity(ctx, { verb: 'accounts.change-password', subjectType: 'user', subjectId: ctx.userId });
  });
}
