import { lt } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { sandboxSms, smsReports } from '#src/db/schema/sms.ts';
import { keptSince } from '#src/settings/kept-since.ts';

const DAY_MS = 86_400_000;
const SANDBOX_KEPT_MS = 30 * DAY_MS;

/** Forgets reports that belong to no SMS of ours, and what the sandbox kept a month ago. */
export async function purgeSms(ctx: AppContext): Promise<void> {
  const now = ctx.clock.now().getTime();
  await ctx.db.delete(smsReports).where(lt(smsReports.createdAt, await keptSince(ctx, 'smsReportsDays')));
  await ctx.db.delete(sandboxSms).where(lt(sandboxSms.receivedAt, new Date(now - SANDBOX_KEPT_MS)));
}
