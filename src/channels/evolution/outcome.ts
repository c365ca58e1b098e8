export type Rejection =
  | 'not-on-whatsapp'
  | 'invalid-content'
  | 'instance-missing'
  | 'unauthorized'
  | 'licence-required';

/** Certainly not done: no connection came about, or Evolution gave up before anything went to WhatsApp. */
export type Unavailability =
  | 'refused-connection'
  | 'upload-interrupted'
  | 'wrong-server'
  | 'instance-closed'
  | 'media-upload-failed'
  | 'no-session'
  | 'overloaded'
  /** Before any call: the file that is to go cannot be read for now. */
  | 'file-unavailable';

/** Nobody can tell whether it was done. */
export type Doubt = 'timeout' | 'connection-lost' | 'server-error' | 'no-key' | 'answer-too-large';

/** What became of a call. `cause` is for the log, never for a user. */
export type Outcome<T, R extends string = Rejection> =
  | { kind: 'accepted'; value: T }
  /** Certainly not done, and not by trying again as it is. */
  | { kind: 'rejected'; reason: R; cause: string }
  /** Certainly not done, worth trying later. */
  | { kind: 'unavailable'; reason: Unavailability; cause: string }
  /** May have been done. */
  | { kind: 'unknown'; reason: Doubt; cause: string };

export const accepted = <T>(value: T): Outcome<T, never> => ({ kind: 'accepted', value });
export const rejected = <R extends string>(reason: R, cause: string): Outcome<never, R> => ({
  kind: 'rejected',
  reason,
  cause,
});
export const unavailable = (reason: Unavailability, cause: string): Outcome<never, never> => ({
  kind: 'unavailable',
  reason,
  cause,
});
export const unknown = (reason: Doubt, cause: string): Outcome<never, never> => ({ kind: 'unknown', reason, cause });

/** The same outcome with its value translated. */
export const mapAccepted = <T, U, R extends string>(outcome: Outcome<T, R>, map: (value: T) => U): Outcome<U, R> =>
  outcome.kind === 'accepted' ? { kind: 'accepted', value: map(outcome.value) } : outcome;
