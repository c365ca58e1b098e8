import { sql } from 'drizzle-orm';
import { type Barred, barredSql } from '#src/accounts/barred-sql.ts';
import type { AppContext } from '#src/context.ts';
import { type SuppressionReason, suppressionOf } from '#src/customers/is-suppressed.ts';
import { isOn } from '#src/settings/require-feature.ts';

export type SmsBar = Barred | SuppressionReason | 'no-carrier' | 'switched-off';

type Asked = { organizationId: string; userId: string; customerId: string | null; phone: string };

/**
 * Why nothing may be sent to this phone now, on behalf of this user; null when it may. Asked when an SMS is queued and again when it is sent. It is
 * closed by the blacklist, not by the graylist, which is about bulk. Any phone of the customer's is good. Fails closed.
 */
export async function smsBar(ctx: AppContext, asked: Asked): Promise<SmsBar | null> {
  if (!ctx.sms) return 'no-carrier';
  if (!(await isOn(ctx, 'sms'))) return 'switched-off';
  const { organizationId, userId, customerId, phone } = asked;
  const now = ctx.clock.now();
  const [user] = await ctx.db.execute<{ barred: Barred | null }>(
    sql`select ${barredSql(now, sql`${userId}::uuid`, sql`${organizationId}::uuid`)} as barred`,
  );
  if (!user) throw new Error('the question about a user gave no row');
  if (user.barred) return user.barred;
  return suppressionOf(ctx, { organizationId, customerId, phone, email: null, includeGraylisted: true });
}
