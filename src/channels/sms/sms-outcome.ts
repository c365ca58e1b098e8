/** `invalid-phone`: this phone, for good; `invalid-content`: this text; `refused`: this phone takes nothing of ours. */
export type SmsRejection = 'invalid-phone' | 'invalid-content' | 'refused';

/** `throttled`: too fast; `quota`: enough for now; `carrier`: no connection, no credit with the carrier, a sender or key it does not know. */
export type SmsUnavailability = 'throttled' | 'quota' | 'carrier';

export type SmsDoubt = 'timeout' | 'connection-lost' | 'server-error';

/** What became of handing an SMS over. `cause` is for the log. */
export type SmsOutcome =
  | { kind: 'accepted'; providerMessageId: string }
  /** Certainly not taken, and not by trying again as it is. */
  | { kind: 'rejected'; reason: SmsRejection; cause: string }
  /** Certainly not taken, worth trying later. */
  | { kind: 'unavailable'; reason: SmsUnavailability; cause: string }
  /** May have been taken. */
  | { kind: 'unknown'; reason: SmsDoubt; cause: string };

export type SmsRefusal = Exclude<SmsOutcome, { kind: 'accepted' }>;

const LONGEST_CAUSE = 500;
const oneLine = (cause: string): string => cause.replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST_CAUSE);

export const accepted = (providerMessageId: string): SmsOutcome => ({ kind: 'accepted', providerMessageId });
export const rejected = (reason: SmsRejection, cause: string): SmsRefusal => ({
  kind: 'rejected',
  reason,
  cause: oneLine(cause),
});
export const unavailable = (reason: SmsUnavailability, cause: string): SmsRefusal => ({
  kind: 'unavailable',
  reason,
  cause: oneLine(cause),
});
export const unknown = (reason: SmsDoubt, cause: string): SmsRefusal => ({
  kind: 'unknown',
  reason,
  cause: oneLine(cause),
});
