import { and, eq } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import type { OrgContext } from '#src/context.ts';
import { members, sessions } from '#src/db/schema/accounts.ts';
import { newId } from '#src/platform/ids.ts';
import { Problem } from '#src/platform/problem.ts';
import { newSecret } from '#src/platform/secret-box.ts';
import { changeUser } from './change-user.ts';
import { requireAdmin } from './require-admin.ts';

const LIFE_MS = 3_600_000;

export type Impersonated = { token: string; until: Date };

/**
 * Opens a session in which the admin acts as a user, for an hour and no longer; all that is done in it names him. It replaces an earlier one of
 * his with the same user. Throws `not-found`, and `conflict` for admins, oneself included, and for one who is banned or belongs nowhere.
 */
export async function impersonateUser(ctx: OrgContext, userId: string, reason: string | null): Promise<Impersonated> {
  requireAdmin(ctx);
  return changeUser(ctx, userId, async (ctx, { user, theirs }) => {
    const now = ctx.clock.now();
    if (user.role === 'admin')
      throw new Problem('conflict', {
        detail: { en: 'Nobody acts as a platform admin', tr: 'Platform yöneticisi adına işlem yapılamaz' },
      });
    if (user.banned && (user.banExpires === null || user.banExpires > now))
      throw new Problem('conflict', { detail: { en: 'The user is banned', tr: 'Kullanıcı yasaklı' } });
    if ((await ctx.db.$count(members, eq(members.userId, userId))) === 0)
      throw new Problem('conflict', {
        detail: { en: 'The user belongs to no organization', tr: 'Kullanıcı bir firmaya bağlı değil' },
      });
    const session = { id: newId(), token: newSecret(), expiresAt: new Date(now.getTime() + LIFE_MS) };
    await ctx.db.delete(sessions).where(and(eq(sessions.userId, userId), eq(sessions.impersonatedBy, ctx.userId)));
    await ctx.db.insert(sessions).values({
      ...session,
      userId,
      impersonatedBy: ctx.userId,
      activeOrganizationId: theirs.organizationId,
      ipAddress: ctx.address,
      createdAt: now,
      updatedAt: now,
    });
    await recordActivity(theirs, {
      verb: 'admin.impersonate',
      subjectType: 'user',
      subjectId: userId,
      details: { reason, sessionId: session.id, until: session.expiresAt.toISOString() },
    });
    return { token: session.token, until: session.expiresAt };
  });
}
