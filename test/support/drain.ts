import { sql } from 'drizzle-orm';
import { followMailEvents } from '#src/campaigns/follow-mail-events.ts';
import { followMailing } from '#src/campaigns/follow-mailing.ts';
import { reconcileDue } from '#src/campaigns/reconcile-due.ts';
import { startDueCampaigns } from '#src/campaigns/start-due-campaigns.ts';
import type { AppContext } from '#src/context.ts';
import { type Follow, mailNextBatch } from '#src/emails/mail-next-batch.ts';
import { newId } from '#src/platform/ids.ts';
import { unpack } from '#src/platform/jobs.ts';
import { onTrail } from '#src/platform/trail.ts';
import { allHandlers } from '#src/worker.ts';
import { drainInboundOnce } from '#webhooks/inbound/evolution/drain-inbound-once.ts';
import { deliverDue } from '#webhooks/outbound/run-hook-pump.ts';

/** Runs every job that is due, and sends every mail, until none is left. A job that fails makes the drain fail. */
export async function drain(ctx: AppContext): Promise<void> {
  const handlers = allHandlers(ctx);
  const follow: Follow = (campaignId, end) => followMailing(ctx, campaignId, end);
  const mailer = { id: newId(), mailings: new Map(), stopping: new AbortController().signal, follow };
  for (let busy = true; busy; ) {
    busy =
      (await startDueCampaigns(ctx)) +
        (await drainInboundOnce(ctx)) +
        (await reconcileDue(ctx)) +
        (await followMailEvents(ctx)) >
      0;
    busy = (await mailNextBatch(ctx, mailer)) || busy;
    busy = (await deliverDue(ctx)) || busy;
    const waiting = await queuesWithJobs(ctx);
    for (const { job, handle } of handlers) {
      if (!waiting.has(job.name)) continue;
      const batch = await ctx.boss.fetch(job.name, { batchSize: 50 });
      for (const { id, data } of batch ?? []) {
        busy = true;
        const { payload, from } = unpack(data as object | null);
        await onTrail({ ...from, job: job.name, jobId: id }, () =>
          handle(payload as never, new AbortController().signal),
        );
        await ctx.boss.complete(job.name, id);
      }
    }
  }
}

/** Asked at once: there are dozens of queues, and hardly ever anything in them. */
async function queuesWithJobs(ctx: AppContext): Promise<Set<string>> {
  const rows = await ctx.db.execute<{ name: string }>(
    sql`select distinct name from pgboss.job where state < 'active' and start_after <= now()`,
  );
  return new Set(rows.map(({ name }) => name));
}
