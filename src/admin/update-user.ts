import { and, eq, ne, or, sql } from 'drizzle-orm';
import { emailTaken } from '#src/accounts/create-user.ts';
import { lockAccounts } from '#src/accounts/lock-accounts.ts';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { sendVerification } from '#src/accounts/send-verification.ts';
import type { OrgContext } from '#src/context.ts';
import { type memberRoles, members, sessions, type userRoles, users, verifications } from '#src/db/schema/accounts.ts';
import { Problem } from '#src/platform/problem.ts';
import { asAdmin, requireStillAdmin } from './change-user.ts';
import { type LockedUser, lockUser } from './lock-user.ts';
import { requireAdmin } from './require-admin.ts';
import { requireOtherOwner } from './require-other-owner.ts';

export type UserChange = {
  name?: string | undefined;
  email?: string | undefined;
  role?: (typeof userRoles)[number] | undefined;
  organizationRole?: (typeof memberRoles)[number] | undefined;
};

type Changes = Record<string, [before: unknown, after: unknown]>;

/**
 * Changes a user's name, email, or what he may on the platform and in his organization; a role counts from the next statement of any request of
 * his. A new address has to be verified: the link is mailed there, and links mailed to the old one are worth nothing. Throws `not-found`,
 * `already-exists`, and `conflict` for the last admin and the last owner.
 */
export async function updateUser(ctx: OrgContext, userId: string, change: UserChange): Promise<void> {
  requireAdmin(ctx);
  await asAdmin(ctx, async (ctx) => {
    // before the accounts: two admins who demote each other, or each himself, take turns
    if (change.role) await ctx.db.execute(sql`select pg_advisory_xact_lock(hashtext('platform admins'))`);
    await lockAccounts(ctx, [userId], ctx.userId);
    await requireStillAdmin(ctx);
    const locked = await lockUser(ctx, userId);
    const changes: Changes = {};
    await rename(ctx, locked, change, changes);
    await changeAddress(ctx, locked, change, changes);
    await changeRole(ctx, locked, change, changes);
    await changeMembership(ctx, locked, change, changes);
    if (Object.keys(changes).length === 0) return;
    await recordActivity(locked.theirs, {
      verb: 'admin.update-user',
      subjectType: 'user',
      subjectId: userId,
      changes,
    });
  });
}

async function rename(ctx: OrgContext, { user }: LockedUser, { name }: UserChange, changes: Changes): Promise<void> {
  if (name === undefined || name === user.name) return;
  await ctx.db.update(users).set({ name, updatedAt: ctx.clock.now() }).where(eq(users.id, user.id));
  changes.name = [user.name, name];
}

async function changeAddress(
  ctx: OrgContext,
  { user }: LockedUser,
  change: UserChange,
  changes: Changes,
): Promise<void> {
  const email = change.email?.toLowerCase();
  if (email === undefined || email === user.email.toLowerCase()) return;
  if ((await ctx.db.$count(users, and(sql`lower(${users.email}) = ${email}`, ne(users.id, user.id)))) > 0)
    throw emailTaken();
  await ctx.db
    .update(users)
    .set({ email, emailVerified: false, updatedAt: ctx.clock.now() })
    .where(eq(users.id, user.id))
    .catch((error: unknown) => {
      throw isTaken(error) ? emailTaken() : error;
    });
  await ctx.db.delete(verifications).where(eq(verifications.value, user.id));
  await sendVerification(ctx, user.id);
  changes.email = [user.email, email];
}

/** Somebody signed up with it between the look and the change. */
function isTaken(error: unknown): boolean {
  const causes = [error, (error as { cause?: unknown }).cause] as { code?: string }[];
  return causes.some((cause) => cause?.code === '23505');
}

async function changeRole(
  ctx: OrgContext,
  { user }: LockedUser,
  { role }: UserChange,
  changes: Changes,
): Promise<void> {
  if (role === undefined || role === user.role) return;
  const others = and(
    eq(users.role, 'admin'),
    ne(users.id, user.id),
    eq(users.banned, false),
    sql`${users.deletedAt} is null`,
  );
  if (role === 'user' && (await ctx.db.$count(users, others)) === 0)
    throw new Problem('conflict', {
      detail: {
        en: 'Somebody has to be platform admin: this is the last one',
        tr: 'En az bir platform yöneticisi kalmalı: bu sonuncusu',
      },
    });
  if (role === 'admin' && user.banned)
    throw new Problem('conflict', { detail: { en: 'Lift the ban first', tr: 'Önce yasağı kaldırın' } });
  await ctx.db.update(users).set({ role, updatedAt: ctx.clock.now() }).where(eq(users.id, user.id));
  // nobody acts as an admin, and none who is no admin any more acts as anybody
  const acting = and(eq(sessions.userId, user.id), sql`${sessions.impersonatedBy} is not null`);
  await ctx.db.delete(sessions).where(or(acting, eq(sessions.impersonatedBy, user.id)));
  changes.role = [user.role, role];
}

async function changeMembership(
  ctx: OrgContext,
  { user, theirs }: LockedUser,
  change: UserChange,
  changes: Changes,
): Promise<void> {
  const role = change.organizationRole;
  if (role === undefined) return;
  const mine = and(eq(members.userId, user.id), eq(members.organizationId, theirs.organizationId));
  if (role === 'consultant') await requireOtherOwner(ctx, theirs.organizationId, user.id);
  const [member] = await ctx.db.select({ role: members.role }).from(members).where(mine).for('update');
  if (!member)
    throw new Problem('conflict', {
      detail: { en: 'The user belongs to no organization', tr: 'Kullanıcı bir firmaya bağlı değil' },
    });
  if (member.role === role) return;
  await ctx.db.update(members).set({ role }).where(mine);
  changes.organizationRole = [member.role, role];
}
