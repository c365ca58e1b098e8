import { sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { decodeCursor, isUuid, type Page, toPage } from '#src/platform/cursor.ts';
import { Problem } from '#src/platform/problem.ts';

export type LowAccount = {
  userId: string;
  name: string;
  email: string;
  organizationId: string;
  organizationName: string;
  available: number;
  threshold: number;
};

type Row = Omit<LowAccount, 'available'> & { available: string };

/** For platform admins: users who have less available than what they want to be warned of, who has least first. */
export async function listLowAccounts(
  ctx: OrgContext,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<LowAccount>> {
  if (!ctx.isAdmin) throw new Problem('forbidden');
  const after = cursor === undefined ? null : decodeCursor(cursor, [isCredits, isUuid]);
  const rest =
    after === null ? sql`true` : sql`(a.available_credits, a.user_id) > (${after[0]}::bigint, ${after[1]}::uuid)`;
  const rows = await ctx.db.execute<Row>(sql`
    select u.id as "userId", u.name, u.email, o.id as "organizationId", o.name as "organizationName", a.available_credits as available, s.low_credits as threshold
    from credit_accounts a join user_settings s on s.user_id = a.user_id and a.available_credits < s.low_credits
    join users u on u.id = a.user_id and u.deleted_at is null join organizations o on o.id = a.organization_id
    where ${rest} and a.available_credits < (select max(low_credits) from user_settings)
    order by a.available_credits, a.user_id limit ${limit + 1}`);
  const accounts = rows.map((row) => ({ ...row, available: Number(row.available) }));
  return toPage(accounts, limit, ({ available, userId }) => [available, userId]);
}

const isCredits = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
