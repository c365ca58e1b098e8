import { and, eq, isNull, lte, or, type SQL } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { members, userSettings, users } from '#src/db/schema/accounts.ts';
import type { Language } from '#src/platform/language.ts';

/** A user to whom the system writes. */
export type Correspondent = {
  userId: string;
  organizationId: string;
  name: string;
  email: string;
  emailVerified: boolean;
  language: Language;
};

/** Who it is, and in which language he reads; null for nobody, for one who is banned, or who belongs nowhere. */
export async function findCorrespondent(
  ctx: AppContext,
  who: { userId: string } | { email: string },
): Promise<Correspondent | null> {
  const which: SQL = 'userId' in who ? eq(users.id, who.userId) : eq(users.email, who.email.toLowerCase());
  const [found] = await ctx.db
    .select({
      userId: users.id,
      organizationId: members.organizationId,
      name: users.name,
      email: users.email,
      emailVerified: users.emailVerified,
      language: userSettings.locale,
    })
    .from(users)
    .innerJoin(members, eq(members.userId, users.id))
    .innerJoin(
      userSettings,
      and(eq(userSettings.userId, users.id), eq(userSettings.organizationId, members.organizationId)),
    )
    .where(and(which, or(eq(users.banned, false), lte(users.banExpires, ctx.clock.now())), isNull(users.deletedAt)))
    .limit(1);
  return found ?? null;
}
