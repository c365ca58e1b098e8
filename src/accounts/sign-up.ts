import { type AppContext, inTransaction, unasked } from '#src/context.ts';
import type { Language } from '#src/platform/language.ts';
import { requireFeature } from '#src/settings/require-feature.ts';
import type { Auth } from './create-auth.ts';
import { type CreatedUser, createUser } from './create-user.ts';
import { recordActivity } from './record-activity.ts';
import { sendVerification } from './send-verification.ts';

export type SignUp = { email: string; password: string; name: string; role?: 'user' | 'admin' };

/** Makes a user with an organization of his own, whole or not at all, and mails him a link to verify his address by. Throws `feature-off` and `already-exists`. */
export async function signUp(
  ctx: AppContext & { language?: Language; requestId?: string | null; address?: string | null },
  auth: Auth,
  input: SignUp,
): Promise<CreatedUser> {
  if (input.role !== 'admin') await requireFeature(ctx, 'signUp');
  const { password } = await auth.$context;
  const passwordHash = await password.hash(input.password);
  return inTransaction(ctx, async (ctx) => {
    const created = await createUser(ctx, { ...input, passwordHash, locale: ctx.language ?? 'tr' });
    const actor = { type: 'user', id: created.userId } as const;
    await recordActivity(
      { ...unasked, ...ctx, ...created, actor },
      { verb: 'accounts.sign-up', subjectType: 'user', subjectId: created.userId },
    );
    if (input.role !== 'admin') await sendVerification(ctx, created.userId);
    return created;
  });
}
