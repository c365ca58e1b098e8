import { setTimeout as sleep } from 'node:timers/promises';
import type { AppContext } from '#src/context.ts';
import { persist } from '#src/platform/persist.ts';
import { isOpenAt, nextOpening } from '#src/windows/sending-window.ts';
import { closeCarrier } from './close-carrier.ts';
import { fenceRecipients } from './fence-recipients.ts';
import { type Lease, renewLease } from './lease-batch.ts';
import type { Mailing } from './mailing.ts';
import { recordSends } from './record-sends.ts';
import { returnBatch } from './return-batch.ts';
import { sendMails, type Trouble } from './send-mails.ts';
import { slowCarrier } from './slow-carrier.ts';
import { takeTokens } from './take-tokens.ts';

/** Why a carrier takes nothing. */
export type CarrierTrouble = 'carrier-unavailable' | 'carrier-quota';

/** What a batch comes to, besides mails sent. */
export type BatchEnd =
  /** Somebody is left, now or later. */
  | { kind: 'more' }
  /** Nobody of the campaign is left to write to. */
  | { kind: 'exhausted' }
  /** The organization's window is closed until then. */
  | { kind: 'closed'; until: Date | null }
  /** The carrier takes nothing until then. */
  | { kind: 'waiting'; until: Date; reason: CarrierTrouble };

const SLICE = 100;
const CLOSED_MS: Record<Exclude<Trouble, 'throttled'>, number> = { carrier: 60_000, quota: 15 * 60_000 };

/** Sends a leased batch, slice by slice: tokens of the carrier, the intent, the mails, what became of them. Then gives it back. */
export async function sendBatch(
  ctx: AppContext,
  mailing: Mailing,
  taken: Lease,
  stopping: AbortSignal,
): Promise<BatchEnd> {
  let lease: Lease | null = taken;
  while (lease && !stopping.aborted) {
    const now = ctx.clock.now();
    if (mailing.window && !isOpenAt(mailing.window, now)) {
      await returnBatch(ctx, lease);
      return { kind: 'closed', until: nextOpening(mailing.window, now) };
    }
    const grant = await takeTokens(ctx, mailing.carrier.key, SLICE);
    if (grant.closed) {
      await returnBatch(ctx, lease, grant.closed.untilAt);
      return { kind: 'waiting', until: grant.closed.untilAt, reason: grant.closed.reason };
    }
    if (grant.count === 0) await sleep(grant.waitMs, undefined, { signal: stopping }).catch(() => {});
    else if (!(await sendSlice(ctx, mailing, lease, grant.count, stopping))) break;
    lease = await keepLease(ctx, lease);
  }
  if (!lease) return { kind: 'more' };
  return (await returnBatch(ctx, lease)) ? { kind: 'exhausted' } : { kind: 'more' };
}

/** False: nobody of the batch is left who may be written to now. */
async function sendSlice(
  ctx: AppContext,
  mailing: Mailing,
  lease: Lease,
  count: number,
  stopping: AbortSignal,
): Promise<boolean> {
  const { addressees, skipped } = await fenceRecipients(ctx, lease, count);
  if (addressees.length === 0) return skipped > 0;
  const { sends, trouble } = await sendMails(ctx, { mailing, until: lease.untilAt, stopping }, addressees);
  await persist(ctx.log, 'outcomes of mails', () => recordSends(ctx, sends));
  if (trouble === 'throttled') await slowCarrier(ctx, mailing.carrier.key);
  else if (trouble) {
    const until = new Date(ctx.clock.now().getTime() + CLOSED_MS[trouble] / ctx.config.recoverySpeed);
    await closeCarrier(ctx, mailing.carrier.key, until, trouble === 'quota' ? 'carrier-quota' : 'carrier-unavailable');
  }
  return true;
}

/** The lease itself while it lasts, a new one when half of it is over. */
function keepLease(ctx: AppContext, lease: Lease): Promise<Lease | null> | Lease {
  const left = lease.untilAt.getTime() - ctx.clock.now().getTime();
  return left * 2 > lease.lengthMs ? lease : renewLease(ctx, lease);
}
