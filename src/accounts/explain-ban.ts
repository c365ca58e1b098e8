import { eq, sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { userSettings, users } from '#src/db/schema/accounts.ts';
import { Problem } from '#src/platform/problem.ts';
import { sayDatedInstant } from '#src/platform/time.ts';

const DEFAULT_ZONE = 'Europe/Istanbul';

/** Why whoever has this address may not sign in, and until when by his own clock: for one whose password was right. */
export async function explainBan(ctx: AppContext, email: string): Promise<Problem> {
  const [ban] = await ctx.db
    .select({ reason: users.banReason, until: users.banExpires, timeZone: userSettings.timeZone })
    .from(users)
    .leftJoin(userSettings, eq(userSettings.userId, users.id))
    .where(sql`lower(${users.email}) = ${email}`);
  const { reason = null, until = null } = ban ?? {};
  const timeZone = ban?.timeZone ?? DEFAULT_ZONE;
  const because = reason ? `: ${reason}` : '';
  const detail = {
    en: `This account is banned${until ? ` until ${sayDatedInstant(until, { language: 'en', timeZone })}` : ''}${because}`,
    tr: `Bu hesap ${until ? `${sayDatedInstant(until, { language: 'tr', timeZone })} tarihine kadar ` : ''}yasaklandı${because}`,
  };
  return new Problem('banned', {
    detail,
    members: { ...(reason && { reason }), ...(until && { until: until.toISOString() }) },
  });
}
