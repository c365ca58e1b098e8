import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { users } from '#src/db/schema/accounts.ts';
import { Problem } from '#src/platform/problem.ts';
import type { Auth } from './create-auth.ts';
import { signUp } from './sign-up.ts';

/**
 * Makes the first platform admin from the configuration, once, however many processes start together.
 * Somebody who has that address already is never made an admin: he may have signed up before the operator did.
 */
export async function ensureAdmin(ctx: AppContext, auth: Auth): Promise<void> {
  const { admin } = ctx.config;
  if (!admin) return;
  if ((await roleOf(ctx, admin.email)) === null) {
    try {
      await signUp(ctx, auth, { ...admin, name: 'Admin', role: 'admin' });
      ctx.log.info('the platform admin was created');
      return;
    } catch (error) {
      if (!(error instanceof Problem && error.code === 'already-exists')) throw error;
    }
  }
  if ((await roleOf(ctx, admin.email)) !== 'admin')
    ctx.log.warn('ADMIN_EMAIL belongs to a user who is not an admin; nothing was changed');
}

async function roleOf(ctx: AppContext, email: string): Promise<string | null> {
  const [user] = await ctx.db
    .select({ role: users.role })
    .from(users)
    .where(sql`lower(${users.email}) = ${email.toLowerCase()}`);
  return user?.role ?? null;
}
