import type { Carrier } from '#src/channels/email/carrier.ts';
import type { AppContext } from '#src/context.ts';
import type { Addressee } from './fence-recipients.ts';
import { judgeSend, type Verdict } from './judge-send.ts';
import type { Mailing } from './mailing.ts';
import type { Sent } from './record-sends.ts';
import { subjectOf } from './subject-test.ts';

export type Sending = { mailing: Mailing; until: Date; stopping: AbortSignal };
/** What the carrier said of itself rather than of a recipient. */
export type Trouble = 'throttled' | 'quota' | 'carrier';
export type Round = { sends: Sent[]; trouble: Trouble | null };

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
 * Hands mails to the carrier, as many at once as it takes. None is begun when the carrier is in trouble, the process stops, or the lease
 * may run out before it is answered: those stay queued. Never throws.
 */
export async function sendMails(
  ctx: AppContext,
  { mailing, until, stopping }: Sending,
  addressees: Addressee[],
): Promise<Round> {
  const sends: Sent[] = [];
  let trouble: Trouble | null = null;
  const lastCall = until.getTime() - mailing.carrier.timeoutMs;
  const queue = addressees.values();
  const work = async () => {
    for (const addressee of queue) {
      if (trouble || stopping.aborted || ctx.clock.now().getTime() >= lastCall) {
        sends.push({ addressee, verdict: NOT_SENT });
        continue;
      }
      const outcome = await sendOne(ctx, mailing, addressee);
      if (outcome.kind === 'unavailable' && outcome.reason !== 'recipient-temporary') trouble = outcome.reason;
      sends.push({ addressee, verdict: judgeSend(outcome, addressee.refusals) });
    }
  };
  await Promise.all(Array.from({ length: Math.min(mailing.carrier.width, addressees.length) }, work));
  return { sends, trouble };
}

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
