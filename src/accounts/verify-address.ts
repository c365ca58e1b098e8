import { eq } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { users } from '#src/db/schema/accounts.ts';
import { useAccountToken } from './account-token.ts';
import { changesOf } from './changes-of.ts';
import { findCorrespondent } from './find-correspondent.ts';
import { recordActivity } from './record-activity.ts';

type Ctx = AppContext & { requestId: string | null; address: string | null };

/** Takes the address of whom the link was mailed to as his own. False for a link that is none, used or too old. */
export const verifyAddress = (ctx: Ctx, token: string): Promise<boolean> =>
  inTransaction(ctx, async (ctx) => {
    const userId = await useAccountToken(ctx, 'verify-address', token);
    if (!userId) return false;
    await ctx.db.update(users).set({ emailVerified: true, updatedAt: ctx.clock.now() }).where(eq(users.id, userId));
    const person = await findCorrespondent(ctx, { userId });
    await recordActivity(
      {
        ...ctx,
        userId,
        organizationId: person?.organizationId ?? null,
        actor: { type: 'user', id: userId },
        impersonatorId: null,
      },
      {
        verb: 'accounts.verify-address',
        subjectType: 'user',
        subjectId: userId,
        changes: changesOf({ emailVerified: false }, { emailVerified: true }, ['emailVerified']),
      },
    );
    return true;
  });
