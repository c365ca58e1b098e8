import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { askReports } from './ask-reports.ts';
import { findLostSms } from './find-lost-sms.ts';
import { giveUpSms } from './give-up-sms.ts';
import { sendSmsJob } from './jobs.ts';
import { markLost } from './mark-lost.ts';

const OVERDUE_MS = 2 * 60_000;
const AT_ONCE = 1_000;

/** Everything about SMS that no job of its own brings about: reports, lost workers, lost jobs, outcomes that nobody will ever know. */
export async function followSms(ctx: AppContext, signal?: AbortSignal): Promise<void> {
  await sendOverdue(ctx);
  await markLost(ctx);
  if (!signal?.aborted) await askReports(ctx);
  if (!signal?.aborted) await findLostSms(ctx);
  await giveUpSms(ctx);
}

/** Their job was lost, or ran out of tries: nothing of them is on the wire. */
async function sendOverdue(ctx: AppContext): Promise<void> {
  const since = new Date(ctx.clock.now().getTime() - OVERDUE_MS / ctx.config.recoverySpeed);
  const overdue = await ctx.db.execute<{ id: string }>(sql`
    select id from sms_messages where status = 'queued' and due_at <= ${since.toISOString()}::timestamptz order by due_at limit ${AT_ONCE}`);
  if (overdue.length > 0)
    await ctx.jobs.sendAll(
      sendSmsJob,
      overdue.map(({ id }) => ({ payload: { smsId: id } })),
    );
}
