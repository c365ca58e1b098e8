import type { Carrier, RawMail } from '#src/channels/email/carrier.ts';
import type { Trail } from '#src/platform/trail.ts';
import type { SendingWindow } from '#src/windows/sending-window.ts';
import type { Addressee } from './fence-recipients.ts';
import type { ProviderWarmUp } from './provider-warm-up.ts';
import type { SubjectTest } from './subject-test.ts';
import type { WarmUp } from './warm-up.ts';

/** All that a campaign's mails have in common, made once. */
export type Mailing = {
  campaignId: string;
  /** Whose it is, and from which request. */
  trail: Trail;
  /** Of its content and identity: while it is the same, so are its mails. */
  version: string;
  carrier: Carrier;
  /** Null: at any time. */
  window: SendingWindow | null;
  test: SubjectTest | null;
  /** Of an identity that is new to the world; null or none: as many a day as the carrier takes. */
  warmUp?: WarmUp | null;
  /** The same by the provider of the mailbox. */
  providerWarmUp?: ProviderWarmUp | null;
  /** Of the first subject or the second. */
  compose(addressee: Addressee, subject: 0 | 1): RawMail;
};
