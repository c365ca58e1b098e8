import type { Carrier } from '#src/channels/email/carrier.ts';
import type { AppContext } from '#src/context.ts';
import { persist } from '#src/platform/persist.ts';
import { closeCarrier } from './close-carrier.ts';
import { createOutcomeWriter } from './create-outcome-writer.ts';
import type { Addressee } from './fence-recipients.ts';
import { judgeSend, type Verdict } from './judge-send.ts';
import type { Lease } from './lease-batch.ts';
import type { Mailing } from './mailing.ts';
import { countProviders, giveBackProviderWarmUp } from './provider-warm-up.ts';
import { recordSends, type Sent } from './record-sends.ts';
import { slowCarrier } from './slow-carrier.ts';
import { subjectOf } from './subject-test.ts';
import { giveBackWarmUp } from './warm-up.ts';

/** A batch while it is being sent; its lease is renewed as time goes by. */
export type Batch = { mailing: Mailing; lease: Lease; stopping: AbortSignal };
/** What the carrier said of itself rather than of a recipient. */
export type Trouble = 'throttled' | 'quota' | 'carrier';

export type MailRun = {
  /** Hands a mail to the carrier as soon as that takes another one; resolves when it is on its way. One call at a time. */
  begin(addressee: Addressee): Promise<void>;
  inTrouble(): boolean;
  /** Waits for what is on its way; slows or closes a carrier that was in trouble. From then on mails are begun again. */
  recover(): Promise<void>;
  /** Waits for what is on its way, and until it is written down what became of it. */
  settle(): Promise<void>;
};

const CLOSED_MS: Record<Exclude<Trouble, 'throttled'>, number> = { carrier: 60_000, quota: 15 * 60_000 };
/** Not begun: certainly nobody got it. */
const NOT_SENT: Verdict = {
  status: 'queued',
  reason: null,
  code: null,
  providerMessageId: null,
  afterMs: 0,
  refused: false,
};

/**
 * Hands mails to the carrier, as many at once as it takes, and writes down what became of them as it comes to be known. None is begun when
 * the carrier is in trouble, the process stops, or the lease may run out before it is answered: those are queued again.
 */
export function startMailRun(ctx: AppContext, batch: Batch): MailRun {
  const { mailing, stopping } = batch;
  const { width, timeoutMs } = mailing.carrier;
  const outcomes = createOutcomeWriter((sends) => writeDown(ctx, mailing, sends));
  let [onTheWay, trouble]: [number, Trouble | null] = [0, null];
  let wake: (() => void) | null = null;
  const fewerThan = async (limit: number) => {
    while (onTheWay >= limit) await new Promise<void>((resolve) => (wake = resolve));
  };
  const isLate = () => ctx.clock.now().getTime() >= batch.lease.untilAt.getTime() - timeoutMs;
  const send = async (addressee: Addressee) => {
    const outcome = await sendOne(ctx, mailing, addressee);
    if (outcome.kind === 'unavailable' && outcome.reason !== 'recipient-temporary') trouble = outcome.reason;
    outcomes.add({ addressee, verdict: judgeSend(outcome, addressee.refusals) });
    onTheWay--;
    wake?.();
  };
  const settle = async () => {
    await fewerThan(1);
    await outcomes.settle();
  };
  return {
    async begin(addressee) {
      await fewerThan(width);
      if (trouble || stopping.aborted || isLate()) return outcomes.add({ addressee, verdict: NOT_SENT });
      onTheWay++;
      void send(addressee);
    },
    inTrouble: () => trouble !== null,
    async recover() {
      await settle();
      if (trouble) await tellOf(ctx, mailing.carrier, trouble);
      trouble = null;
    },
    settle,
  };
}

async function writeDown(ctx: AppContext, { warmUp, providerWarmUp }: Mailing, sends: Sent[]): Promise<void> {
  await persist(ctx.log, 'outcomes of mails', () => recordSends(ctx, sends));
  const back = sends.filter(({ verdict }) => verdict.status === 'queued').map(({ addressee }) => addressee.address);
  await giveBackWarmUp(ctx, warmUp, back.length);
  await giveBackProviderWarmUp(ctx, providerWarmUp, countProviders(back));
}

async function tellOf(ctx: AppContext, { key }: Carrier, trouble: Trouble): Promise<void> {
  if (trouble === 'throttled') return slowCarrier(ctx, key);
  const until = new Date(ctx.clock.now().getTime() + CLOSED_MS[trouble] / ctx.config.recoverySpeed);
  await closeCarrier(ctx, key, until, trouble === 'quota' ? 'carrier-quota' : 'carrier-unavailable');
}

/** Never throws. */
async function sendOne(ctx: AppContext, mailing: Mailing, addressee: Addressee): ReturnType<Carrier['send']> {
  let mail: ReturnType<Mailing['compose']>;
  try {
    mail = mailing.compose(addressee, subjectOf(mailing.test, addressee.bucket) ?? 0);
  } catch (error) {
    ctx.log.error({ err: error, recipientId: addressee.recipientId }, 'a mail cannot be made');
    return { kind: 'rejected', reason: 'invalid-content', cause: 'the mail cannot be made' };
  }
  try {
    return await mailing.carrier.send(mail);
  } catch (error) {
    ctx.log.error({ err: error, recipientId: addressee.recipientId }, 'a carrier threw');
    return { kind: 'unknown', reason: 'connection-lost', cause: 'the carrier threw' };
  }
}
