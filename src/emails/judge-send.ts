import type { MailOutcome } from '#src/channels/email/mail-outcome.ts';

/** What becomes of a recipient. `queued`: tried again after `afterMs`. */
export type Verdict = {
  status: 'sent' | 'failed' | 'unknown' | 'queued';
  reason: string | null;
  /** The carrier's own code, shown to the sender. */
  code: string | null;
  providerMessageId: string | null;
  afterMs: number;
  /** Whether it counts towards giving up on this recipient. */
  refused: boolean;
};

/** After refusals that may pass: five minutes, half an hour, two hours. Then it has failed. */
const PATIENCE_MS = [5 * 60_000, 30 * 60_000, 2 * 3_600_000];

/** Never a second mail where the first may have gone out; a carrier's trouble is not the recipient's. */
export function judgeSend(outcome: MailOutcome, refusals: number): Verdict {
  const verdict = { reason: null, code: null, providerMessageId: null, afterMs: 0, refused: false };
  switch (outcome.kind) {
    case 'accepted':
      return { ...verdict, status: 'sent', providerMessageId: outcome.value.providerMessageId };
    case 'rejected':
      return { ...verdict, status: 'failed', reason: outcome.reason, code: codeOf(outcome.cause) };
    case 'unknown':
      return { ...verdict, status: 'unknown', reason: outcome.reason, code: codeOf(outcome.cause) };
    case 'unavailable': {
      if (outcome.reason !== 'recipient-temporary') return { ...verdict, status: 'queued', reason: outcome.reason };
      const afterMs = PATIENCE_MS[refusals];
      const refused = { ...verdict, reason: 'mailbox-unavailable', code: codeOf(outcome.cause), refused: true };
      return afterMs === undefined ? { ...refused, status: 'failed' } : { ...refused, status: 'queued', afterMs };
    }
  }
}

const LONGEST_CODE = 200;

/** What a server said, on one line and short: it is shown to the sender. */
const codeOf = (cause: string): string => cause.replaceAll(/\s+/g, ' ').slice(0, LONGEST_CODE);
