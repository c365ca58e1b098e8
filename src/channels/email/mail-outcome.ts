/** `invalid-address`: the mailbox does not exist; `rejected`: the recipient's side takes no mail of ours; both only for this recipient. */
export type MailRejection = 'invalid-address' | 'rejected' | 'invalid-content';

/**
 * `recipient-temporary`: this mailbox, for now. The others are about the carrier: `throttled` too fast, `quota` enough for today,
 * `carrier` refused connection, refused credentials, suspended account.
 */
export type MailUnavailability = 'recipient-temporary' | 'throttled' | 'quota' | 'carrier';

export type MailDoubt = 'timeout' | 'connection-lost' | 'server-error';

/** What became of a mail. `cause` is for the log and the sender's figures; it may hold what a server said. */
export type MailOutcome =
  | { kind: 'accepted'; value: { providerMessageId: string | null } }
  /** Certainly not taken, and not by trying again as it is. */
  | { kind: 'rejected'; reason: MailRejection; cause: string }
  /** Certainly not taken, worth trying later. */
  | { kind: 'unavailable'; reason: MailUnavailability; cause: string }
  /** May have been taken. */
  | { kind: 'unknown'; reason: MailDoubt; cause: string };

/** Anything but taken. */
export type Refusal = Exclude<MailOutcome, { kind: 'accepted' }>;

const LONGEST_CAUSE = 500;
const oneLine = (cause: string): string => cause.replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST_CAUSE);

export const accepted = (providerMessageId: string | null): MailOutcome => ({
  kind: 'accepted',
  value: { providerMessageId },
});
export const rejected = (reason: MailRejection, cause: string): Refusal => ({
  kind: 'rejected',
  reason,
  cause: oneLine(cause),
});
export const unavailable = (reason: MailUnavailability, cause: string): Refusal => ({
  kind: 'unavailable',
  reason,
  cause: oneLine(cause),
});
export const unknown = (reason: MailDoubt, cause: string): Refusal => ({
  kind: 'unknown',
  reason,
  cause: oneLine(cause),
});
