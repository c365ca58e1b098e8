import type { Carrier, RawMail } from '#src/channels/email/carrier.ts';
import type { SendingWindow } from '#src/windows/sending-window.ts';
import type { Addressee } from './fence-recipients.ts';
import type { SubjectTest } from './subject-test.ts';

/** All that a campaign's mails have in common, made once. */
export type Mailing = {
  campaignId: string;
  contentId: string;
  carrier: Carrier;
  /** Null: at any time. */
  window: SendingWindow | null;
  test: SubjectTest | null;
  /** Of the first subject or the second. */
  compose(addressee: Addressee, subject: 0 | 1): RawMail;
};
