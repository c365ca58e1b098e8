import type { AppContext } from '#src/context.ts';
import type { Lease } from './lease-batch.ts';
import type { Mailing } from './mailing.ts';
import { nextSlice, type Slice, type SliceEnd } from './next-slice.ts';
import { returnBatch } from './return-batch.ts';
import { type Batch, type MailRun, startMailRun } from './start-mail-run.ts';

/** What a batch comes to, besides mails sent. */
export type BatchEnd =
  /** Somebody is left, now or later. */
  | { kind: 'more' }
  /** Nobody of the campaign is left to write to. */
  | { kind: 'exhausted' }
  /** Its identity may not send. */
  | { kind: 'barred'; reason: 'identity-not-verified' }
  | Extract<SliceEnd, { kind: 'closed' | 'waiting' }>;

/** So few are left of a slice when the next one is written down. */
const AHEAD = 10;

/** Sends a leased batch, slice by slice: tokens of the carrier, the intent, the mails, what became of them. Then gives it back. */
export async function sendBatch(
  ctx: AppContext,
  mailing: Mailing,
  lease: Lease,
  stopping: AbortSignal,
): Promise<BatchEnd> {
  const batch: Batch = { mailing, lease, stopping };
  const run = startMailRun(ctx, batch);
  const end = await sendSlices(ctx, batch, run).finally(run.settle);
  if (end.kind === 'lost') return { kind: 'more' };
  const isLast = await returnBatch(ctx, batch.lease, end.kind === 'waiting' ? end.until : null);
  if (end.kind !== 'over') return end;
  return { kind: isLast ? 'exhausted' : 'more' };
}

/** While the mails of one slice go out, the next is written down. */
async function sendSlices(ctx: AppContext, batch: Batch, run: MailRun): Promise<SliceEnd> {
  let slice = await nextSlice(ctx, batch);
  while ('addressees' in slice) {
    const { addressees } = slice;
    let ahead: Promise<Slice> | null = null;
    for (const [i, addressee] of addressees.entries()) {
      await run.begin(addressee);
      if (i < addressees.length - AHEAD || ahead || run.inTrouble()) continue;
      ahead = nextSlice(ctx, batch);
      // what it throws is thrown below
      ahead.catch(() => {});
    }
    if (run.inTrouble()) {
      if (ahead) await takeBack(run, await ahead);
      await run.recover();
      ahead = null;
    }
    slice = await (ahead ?? nextSlice(ctx, batch));
  }
  return slice.end;
}

/** What was written down ahead is not sent after all. */
async function takeBack(run: MailRun, slice: Slice): Promise<void> {
  if ('addressees' in slice) for (const addressee of slice.addressees) await run.begin(addressee);
}
