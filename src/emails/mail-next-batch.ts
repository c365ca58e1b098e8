import type { AppContext } from '#src/context.ts';
import { onTrail } from '#src/platform/trail.ts';
import { leaseBatch } from './lease-batch.ts';
import type { Mailing } from './mailing.ts';
import { readMailing } from './read-mailing.ts';
import { returnBatch } from './return-batch.ts';
import { type BatchEnd, sendBatch } from './send-batch.ts';

/** Told after every batch how its campaign goes on. */
export type Follow = (campaignId: string, end: BatchEnd) => Promise<void>;
export type MailWorker = {
  id: string;
  /** What is made of contents, kept ready by campaign. */
  mailings: Map<string, Mailing>;
  stopping: AbortSignal;
  follow: Follow;
};

const MAILINGS_KEPT = 50;

/** Takes one due batch of any campaign and sends it. False: none is due. */
export async function mailNextBatch(ctx: AppContext, worker: MailWorker): Promise<boolean> {
  const { id, mailings, stopping, follow } = worker;
  const lease = await leaseBatch(ctx, id);
  if (!lease) return false;
  const { campaignId } = lease;
  const mailing = await readMailing(ctx, campaignId, mailings.get(campaignId));
  if (!mailing) {
    await returnBatch(ctx, lease);
    await follow(campaignId, { kind: 'barred', reason: 'identity-not-verified' });
    return true;
  }
  if (mailings.size >= MAILINGS_KEPT) mailings.clear();
  mailings.set(campaignId, mailing);
  await onTrail({ campaignId, ...mailing.trail }, async () => {
    const end = await sendBatch(ctx, mailing, lease, stopping);
    ctx.log.debug({ end: end.kind }, 'a batch of mails was sent');
    await follow(campaignId, end);
  });
  return true;
}
