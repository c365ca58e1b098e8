import { setTimeout as sleep } from 'node:timers/promises';
import type { AppContext } from '#src/context.ts';
import { isOn } from '#src/settings/require-feature.ts';
import { isOpenAt, nextOpening } from '#src/windows/sending-window.ts';
import { type Choice, chooseByProvider } from './choose-by-provider.ts';
import { type Addressee, fenceRecipients } from './fence-recipients.ts';
import { type Lease, renewLease } from './lease-batch.ts';
import type { Mailing } from './mailing.ts';
import { countProviders, giveBackProviderWarmUp, type ProviderCounts } from './provider-warm-up.ts';
import type { Batch } from './start-mail-run.ts';
import { type Grant, takeTokens } from './take-tokens.ts';
import { giveBackWarmUp, nextWarmUpDay, takeWarmUp } from './warm-up.ts';

/** Why a carrier takes nothing. */
export type CarrierTrouble = 'carrier-unavailable' | 'carrier-quota' | 'identity-warm-up';

/** Why nobody more of a batch is written to. */
export type SliceEnd =
  /** Nobody of it is left who may be written to now, the process stops, or email campaigns are switched off. */
  | { kind: 'over' }
  /** It is another's by now. */
  | { kind: 'lost' }
  /** The organization's window is closed until then. */
  | { kind: 'closed'; until: Date | null }
  /** The carrier takes nothing until then. */
  | { kind: 'waiting'; until: Date; reason: CarrierTrouble };

export type Slice = { addressees: Addressee[] } | { end: SliceEnd };

type Leave = Pick<Grant, 'count' | 'waitMs'> & { closed: { untilAt: Date; reason: CarrierTrouble } | null };

/** Whoever is among them when a process dies is unknown. */
const SLICE = 30;

/** The next few of a batch, as many as the carrier grants, their intent written down. */
export async function nextSlice(ctx: AppContext, batch: Batch): Promise<Slice> {
  const { mailing, stopping } = batch;
  for (;;) {
    if (stopping.aborted || !(await isOn(ctx, 'emailCampaigns'))) return { end: { kind: 'over' } };
    const lease = await keepLease(ctx, batch.lease);
    if (!lease) return { end: { kind: 'lost' } };
    batch.lease = lease;
    const now = ctx.clock.now();
    if (mailing.window && !isOpenAt(mailing.window, now))
      return { end: { kind: 'closed', until: nextOpening(mailing.window, now) } };
    const { count, waitMs, closed } = await takeLeave(ctx, mailing);
    if (closed) return { end: { kind: 'waiting', until: closed.untilAt, reason: closed.reason } };
    if (count === 0) {
      await sleep(waitMs, undefined, { signal: stopping }).catch(() => {});
      continue;
    }
    const choice = mailing.providerWarmUp
      ? await chooseByProvider(ctx, mailing.providerWarmUp, lease, count)
      : undefined;
    const { addressees, skipped } = await fenceRecipients(ctx, lease, count, choice?.recipientIds);
    await giveBackWarmUp(ctx, mailing.warmUp, count - addressees.length);
    if (choice) await giveBackProviderWarmUp(ctx, mailing.providerWarmUp, unused(choice, addressees));
    if (addressees.length > 0) return { addressees };
    if (skipped === 0 && !choice?.waiting) return { end: { kind: 'over' } };
  }
}

function unused({ taken }: Choice, addressees: Addressee[]): ProviderCounts {
  const used = countProviders(addressees.map(({ address }) => address));
  return new Map([...taken].map(([provider, count]) => [provider, count - (used.get(provider) ?? 0)]));
}

/** How many mails may go out now: by the carrier, and by the day of an identity that is being warmed up. */
async function takeLeave(ctx: AppContext, { carrier, warmUp }: Mailing): Promise<Leave> {
  const grant = await takeTokens(ctx, carrier, SLICE);
  if (!warmUp || grant.count === 0) return grant;
  const count = await takeWarmUp(ctx, warmUp, grant.count);
  if (count > 0) return { ...grant, count };
  return { ...grant, count, closed: { untilAt: nextWarmUpDay(ctx.clock.now()), reason: 'identity-warm-up' } };
}

/** The lease itself while it lasts, a new one when half of it is over. */
function keepLease(ctx: AppContext, lease: Lease): Promise<Lease | null> | Lease {
  const left = lease.untilAt.getTime() - ctx.clock.now().getTime();
  return left * 2 > lease.lengthMs ? lease : renewLease(ctx, lease);
}
