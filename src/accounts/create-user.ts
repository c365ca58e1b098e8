import { type AppContext, inTransaction } from '#src/context.ts';
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

export type NewUser = {
  email: string;
  name: string;
  passwordHash: string;
  locale: Language;
  role?: (typeof userRoles)[number];
  /** Unset: an organization of his own, which he owns. */
  membership?: { organizationId: string; role: (typeof memberRoles)[number] };
};

export type CreatedUser = { userId: string; organizationId: string };

/** Makes a user whole or not at all: password, organization with all that comes with one, settings and credit account. Throws `already-exists`. */
export async function createUser(ctx: AppContext, input: NewUser): Promise<CreatedUser> {
  return inTransaction(ctx, async (ctx) => {
    const userId = newId();
    const at = ctx.clock.now();
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
      organizationId: await ownOrganization(ctx, input),
      role: 'owner' as const,
    };
    await ctx.db.insert(members).values({ organizationId, userId, role, createdAt: at });
    await ctx.db.insert(userSettings).values({ userId, organizationId, locale: input.locale, updatedAt: at });
    await ctx.db.insert(creditAccounts).values({ userId, organizationId, updatedAt: at });
    return { userId, organizationId };
  });
}

async function ownOrganization(ctx: AppContext, { name, locale }: NewUser): Promise<string> {
  const id = newId();
  await ctx.db.insert(organizations).values({ id, name, slug: id, createdAt: ctx.clock.now() });
  await ctx.furnish(ctx, { organizationId: id, language: locale });
  return id;
}

export const emailTaken = (): Problem =>
  new Problem('already-exists', {
    detail: {
      en: 'Someone with this e-mail address has an account already',
      tr: 'Bu e-posta adresiyle bir hesap zaten var',
    },
  });
