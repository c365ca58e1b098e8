import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { Problem } from '#src/platform/problem.ts';
import type { Principal } from './find-principal.ts';
import { unauthenticated } from './read-credential.ts';

type Row = {
  role: string;
  banned: boolean;
  ban_expires: string | null;
  deleted: boolean;
  member_role: string | null;
  impersonator_stands: boolean;
};

/**
 * Asks once more, in the transaction of a request, whether its user is still who he was at the door, and keeps whoever would ban, delete
 * or demote him waiting until it has ended: what he writes is either seen by them or not written. Throws `banned`, `unauthenticated`, `forbidden`.
 */
export async function recheckStanding(
  ctx: AppContext,
  { userId, membership, isAdmin, session }: Principal,
): Promise<void> {
  const behalf = session?.impersonatedBy ?? null;
  const [row] = await ctx.db.execute<Row>(
    sql`select * from lock_standing(${userId}::uuid, ${membership?.organizationId ?? null}::uuid, ${behalf}::uuid)`,
  );
  if (!row || row.deleted || !row.impersonator_stands) throw unauthenticated();
  const until = row.ban_expires === null ? null : new Date(row.ban_expires);
  if (row.banned && (until === null || until > ctx.clock.now())) throw bannedUntil(until);
  if (row.member_role !== membership?.role || (isAdmin && row.role !== 'admin')) throw new Problem('forbidden');
}

export const bannedUntil = (until: Date | null): Problem =>
  new Problem('banned', until ? { members: { until: until.toISOString() } } : {});
