import { lt } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { sandboxSms, smsReports } from '#src/db/schema/sms.ts';

const DAY_MS = 86_400_000;
const REPORTS_KEPT_MS = 7 * DAY_MS;
const SANDBOX_KEPT_MS = 30 * DAY_MS;

/** Forgets reports that belong to no SMS of ours, and what the sandbox kept a month ago. */
export async function purgeSms(ctx: AppContext): Promise<void> {
  const now = ctx.clock.now().getTime();
  await ctx.db.delete(smsReports).where(lt(smsReports.createdAt, new Date(now - REPORTS_KEPT_MS)));
  await ctx.db.delete(sandboxSms).where(lt(sandboxSms.receivedAt, new Date(now - SANDBOX_KEPT_MS)));
}
