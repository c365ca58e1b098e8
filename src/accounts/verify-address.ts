import { eq } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { users } from '#src/db/schema/accounts.ts';
import { useAccountToken } from './account-token.ts';

/** Takes the address of whom the link was mailed to as his own. False for a link that is none, used or too old. */
export const verifyAddress = (ctx: AppContext, token: string): Promise<boolean> =>
  inTransaction(ctx, async (ctx) => {
    const userId = await useAccountToken(ctx, 'verify-address', token);
    if (!userId) return false;
    await ctx.db.update(users).set({ emailVerified: true, updatedAt: ctx.clock.now() }).where(eq(users.id, userId));
    return true;
  });
