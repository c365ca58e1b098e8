import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { newId } from '#src/platform/ids.ts';
import { createWaker } from '#src/platform/waker.ts';
import { type Follow, type MailWorker, mailNextBatch } from './mail-next-batch.ts';
import { MAIL_CHANNEL } from './wake-mail.ts';

export type MailPump = { stop(): Promise<void> };

const LONGEST_SLEEP_MS = 1000;

/**
 * Sends whatever email campaign is due, several batches at once, until stopped. Any number of pumps in any number of processes share
 * the batches. `stop` begins no more mails and waits for those on the wire.
 */
export async function runMailPump(ctx: AppContext, follow: Follow, { lanes = 2 } = {}): Promise<MailPump> {
  const stopping = new AbortController();
  const worker: MailWorker = { id: newId(), mailings: new Map(), stopping: stopping.signal, follow };
  const waker = createWaker();
  const listening = await ctx.client.listen(MAIL_CHANNEL, waker.wake, waker.wake);
  const step = async () => {
    if (!(await mailNextBatch(ctx, worker)) && !stopping.signal.aborted) await waker.sleep(await untilDue(ctx));
  };
  const loop = async () => {
    while (!stopping.signal.aborted)
      await step().catch(async (error) => {
        ctx.log.error({ err: error }, 'mail pump failed, going on');
        await sleep(LONGEST_SLEEP_MS, undefined, { signal: stopping.signal }).catch(() => {});
      });
  };
  const loops = Array.from({ length: lanes }, loop);
  return {
    async stop() {
      stopping.abort();
      waker.wake();
      await Promise.all(loops);
      await listening.unlisten();
    },
  };
}

/** Milliseconds to the next batch that falls due. */
async function untilDue(ctx: AppContext): Promise<number> {
  const [next] = await ctx.db.execute<{ due_at: string | null }>(sql`
    select min(first.due_at) as due_at from campaigns c
    cross join lateral (select b.due_at from email_batches b where b.campaign_id = c.id and b.due_at is not null order by b.due_at limit 1) first
    where c.channel = 'email' and c.status = 'running'`);
  const wait = next?.due_at ? new Date(next.due_at).getTime() - ctx.clock.now().getTime() : LONGEST_SLEEP_MS;
  return Math.min(LONGEST_SLEEP_MS, Math.max(5, wait));
}
