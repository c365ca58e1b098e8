import { type AppContext, inTransaction, outsideBelt } from '#src/context.ts';
import {
  credentials,
  type memberRoles,
  members,
  organizations,
  type userRoles,
  userSettings,
  users,
} from '#src/db/schema/accounts.ts';
import { creditAccounts } from '#src/db/schema/credits.ts';
import { newId } from '#src/platform/ids.ts';
import type { Language } from '#src/platform/language.ts';
import { Problem } from '#src/platform/problem.ts';
import type { PlatformSettings } from '#src/settings/platform-settings.ts';
import { readPlatformSettings } from '#src/settings/read-platform-settings.ts';

export type NewUser = {
  email: string;
  name: string;
  passwordHash: string;
  locale: Language;
  role?: (typeof userRoles)[number];
  /** Unset: an organization of his own, which he owns. */
  membership?: { organizationId: string; role: (typeof memberRoles)[number] };
  /** Of his own organization; unset: as he is called himself. */
  organizationName?: string;
};

export type CreatedUser = { userId: string; organizationId: string };

/** Makes a user whole or not at all: password, organization with all that comes with one, settings and credit account. Throws `already-exists`. */
export async function createUser(asked: AppContext, input: NewUser): Promise<CreatedUser> {
  const ctx = outsideBelt(asked);
  return inTransaction(ctx, async (ctx) => {
    const userId = newId();
    const at = ctx.clock.now();
    const settings = await readPlatformSettings(ctx);
    const [created] = await ctx.db
      .insert(users)
      .values({
        id: userId,
        email: input.email.toLowerCase(),
        name: input.name,
        role: input.role ?? 'user',
        createdAt: at,
        updatedAt: at,
      })
      .onConflictDoNothing()
      .returning({ id: users.id });
    if (!created) throw emailTaken();
    const password = { userId, accountId: userId, providerId: 'credential', password: input.passwordHash };
    await ctx.db.insert(credentials).values({ ...password, createdAt: at, updatedAt: at });
    const { organizationId, role } = input.membership ?? {
      organizationId: await ownOrganization(ctx, input, settings),
      role: 'owner' as const,
    };
    await ctx.db.insert(members).values({ organizationId, userId, role, createdAt: at });
    await ctx.db
      .insert(userSettings)
      .values({ userId, organizationId, ...beginningOf(settings, input), updatedAt: at });
    await ctx.db.insert(creditAccounts).values({ userId, organizationId, updatedAt: at });
    return { userId, organizationId };
  });
}

/** How the platform has new users begin; who joins an organization keeps his own language. */
function beginningOf({ newUsers, newOrganizations }: PlatformSettings, { locale, membership }: NewUser) {
  const { timeZone, locale: usual } = newOrganizations;
  return { ...newUsers, timeZone, locale: membership ? locale : (usual ?? locale) };
}

async function ownOrganization(
  ctx: AppContext,
  { name, organizationName = name, locale }: NewUser,
  { newOrganizations: { region, locale: usual } }: PlatformSettings,
): Promise<string> {
  const id = newId();
  await ctx.db
    .insert(organizations)
    .values({ id, name: organizationName, slug: id, defaultRegion: region, createdAt: ctx.clock.now() });
  await ctx.furnish(ctx, { organizationId: id, language: usual ?? locale });
  return id;
}

export const emailTaken = (): Problem =>
  new Problem('already-exists', {
    detail: {
      en: 'Someone with this e-mail address has an account already',
      tr: 'Bu e-posta adresiyle bir hesap zaten var',
    },
  });
