import { and, eq, inArray, ne } from 'drizzle-orm';
import { lockAccounts } from '#src/accounts/lock-accounts.ts';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { pauseCampaignsOf } from '#src/campaigns/pause-campaigns-of.ts';
import type { OrgContext } from '#src/context.ts';
import { members, organizations, users } from '#src/db/schema/accounts.ts';
import { type deletionScopes, userDeletions } from '#src/db/schema/users-kept.ts';
import { publishLiveEvent } from '#src/live/publish-live-event.ts';
import { newId } from '#src/platform/ids.ts';
import { invalid, Problem } from '#src/platform/problem.ts';
import { asAdmin, requireStillAdmin } from './change-user.ts';
import { stepsOf } from './deletion.ts';
import { endAccounts } from './end-accounts.ts';
import { runDeletionJob } from './jobs.ts';
import { lockUser } from './lock-user.ts';
import { requireAdmin } from './require-admin.ts';
import { hasOtherOwner } from './require-other-owner.ts';

export type DeletionRequest = {
  userId: string;
  /** `organization`: with everything that it has, and all its users. */
  scope: (typeof deletionScopes)[number];
  /** Of the organization: its name, typed. */
  confirmation: string | null;
};

/**
 * Deletes a user: from this moment he cannot sign in, nothing of his is sent, and his address is free; a job ends his campaigns, gives back what
 * they hold and logs his numbers out. What he made stays with the organization. Or the organization with all of it. Asked again, it answers the
 * same deletion. Throws `not-found`, `invalid-request`, and `conflict` for admins and for an owner without whom nobody would own the organization.
 * @returns the deletion's id.
 */
export async function deleteUser(ctx: OrgContext, request: DeletionRequest): Promise<string> {
  requireAdmin(ctx);
  const { userId, scope } = request;
  return asAdmin(ctx, async (ctx) => {
    const organizationId = await organizationOf(ctx, userId);
    const ids = scope === 'organization' && organizationId ? await membersOf(ctx, organizationId) : [userId];
    await lockAccounts(ctx, [userId, ...ids], ctx.userId);
    await requireStillAdmin(ctx);
    const [before] = await ctx.db.select().from(userDeletions).where(eq(userDeletions.userId, userId));
    if (before && (organizationId === null || organizationId === before.organizationId)) return before.id;
    const { theirs } = await lockUser(ctx, userId);
    const owned = await requireDeletable(ctx, request, { organizationId: theirs.organizationId, ids });
    for (const id of ids) await pauseCampaignsOf(ctx, id, 'user-removed');
    await endAccounts(ctx, theirs.organizationId, ids);
    if (owned)
      await ctx.db
        .update(organizations)
        .set({ deletedAt: ctx.clock.now() })
        .where(eq(organizations.id, theirs.organizationId));
    return begin(theirs, request, ids);
  });
}

async function begin(ctx: OrgContext, { userId, scope }: DeletionRequest, userIds: string[]): Promise<string> {
  const [id, now, { organizationId }] = [newId(), ctx.clock.now(), ctx];
  const totalSteps = stepsOf(scope).length;
  const row = { id, organizationId, userId, scope, userIds, totalSteps, requestedBy: ctx.userId };
  await ctx.db.insert(userDeletions).values({ ...row, createdAt: now, updatedAt: now });
  await ctx.jobs.send(runDeletionJob, { deletionId: id }, { singletonKey: id });
  const details = { deletionId: id, scope, users: userIds.length };
  await recordActivity(ctx, { verb: 'admin.delete-user', subjectType: 'user', subjectId: userId, details });
  await publishLiveEvent(ctx, { type: 'user.deleted', data: { userId } });
  return id;
}

async function organizationOf(ctx: OrgContext, userId: string): Promise<string | null> {
  const [member] = await ctx.db
    .select({ organizationId: members.organizationId })
    .from(members)
    .where(eq(members.userId, userId))
    .orderBy(members.createdAt, members.id)
    .limit(1);
  return member?.organizationId ?? null;
}

const membersOf = async (ctx: OrgContext, organizationId: string): Promise<string[]> => {
  const rows = await ctx.db
    .select({ id: members.userId })
    .from(members)
    .where(eq(members.organizationId, organizationId));
  return rows.map(({ id }) => id).sort();
};

type Meant = { organizationId: string; ids: string[] };

/** @returns whether an organization goes too. */
async function requireDeletable(
  ctx: OrgContext,
  request: DeletionRequest,
  { organizationId, ids }: Meant,
): Promise<boolean> {
  const admins = and(inArray(users.id, [request.userId, ...ids]), eq(users.role, 'admin'));
  if ((await ctx.db.$count(users, admins)) > 0)
    throw new Problem('conflict', {
      detail: {
        en: 'Platform admins are not deleted: take the role away first',
        tr: 'Platform yöneticileri silinmez: önce yetkisini kaldırın',
      },
    });
  const [owned] = await ctx.db
    .select({ name: organizations.name, role: members.role })
    .from(members)
    .innerJoin(organizations, eq(organizations.id, members.organizationId))
    .where(and(eq(members.userId, request.userId), eq(members.organizationId, organizationId)));
  if (request.scope === 'organization') {
    requireConfirmed(request, owned ?? null);
    await requireAll(ctx, { organizationId, ids });
    return true;
  }
  if (owned?.role !== 'owner' || (await hasOtherOwner(ctx, organizationId, request.userId))) return false;
  throw new Problem('conflict', {
    detail: {
      en: 'The organization would be left without an owner: make somebody else its owner, or delete it too with `organization=delete` and its name in `confirmation`',
      tr: 'Firma sahipsiz kalır: başka birini firma sahibi yapın ya da `organization=delete` ve `confirmation` içinde adıyla firmayı da silin',
    },
  });
}

function requireConfirmed({ confirmation }: DeletionRequest, owned: { name: string; role: string } | null): void {
  if (owned?.role !== 'owner')
    throw new Problem('conflict', {
      detail: {
        en: 'Only with its owner is an organization deleted',
        tr: 'Firma ancak sahibiyle birlikte silinir',
      },
    });
  if (confirmation?.normalize('NFC').trim() !== owned.name.normalize('NFC').trim())
    throw invalid('confirmation', {
      en: 'Must be the name of the organization, letter by letter',
      tr: 'Firmanın adı harfi harfine yazılmalı',
    });
}

/** Whoever joins from here on waits for us, and is refused; somebody who just did was not locked. */
async function requireAll(ctx: OrgContext, { organizationId, ids }: Meant): Promise<void> {
  await ctx.db.select().from(organizations).where(eq(organizations.id, organizationId)).for('update');
  const others = and(eq(members.organizationId, organizationId), ...ids.map((id) => ne(members.userId, id)));
  if ((await ctx.db.$count(members, others)) > 0)
    throw new Problem('conflict', {
      detail: {
        en: 'Somebody joined the organization just now: try again',
        tr: 'Firmaya az önce biri katıldı: yeniden deneyin',
      },
    });
}
