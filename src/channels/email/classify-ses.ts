import { type Refusal, rejected, unavailable, unknown } from './mail-outcome.ts';

/** As the AWS SDK throws it. */
export type SesFailure = Error & { code?: string; $metadata?: { httpStatusCode?: number } };

const QUOTA = /daily (message )?quota|24.?hour/i;
const THROTTLED = /^(TooManyRequests|Throttling|ThrottledException|LimitExceeded)/;
/** Whatever the mail says and whoever it is for: our account, our key, our identity, our configuration. */
const OURS =
  /^(AccountSuspended|SendingPaused|MailFromDomainNotVerified|NotFound|AccessDenied|UnrecognizedClient|InvalidClientTokenId|InvalidSignature|SignatureDoesNotMatch|ExpiredToken|MissingAuthenticationToken|IncompleteSignature|OptInRequired|CredentialsProviderError|ConflictException)/;
const UNVERIFIED = /not verified|verification|sending (is )?(paused|disabled)/i;
const ADDRESS =
  /missing final '@domain'|illegal (address|character)|invalid (email )?address|local address|domain (starts|ends|contains)/i;
/** No connection came about, so no request went out. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'CERT_HAS_EXPIRED',
]);
const ENDED = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);
const NO_CONNECTION = /without establishing a connection|connection timed out before/i;

/** What a failed SendEmail came to. Only an answer that refuses, or no connection at all, is certain. */
export function classifySes(error: SesFailure): Refusal {
  const { name, message, code = '' } = error;
  const status = error.$metadata?.httpStatusCode;
  const cause = `${name}: ${message}`;
  if (OURS.test(name)) return unavailable('carrier', cause);
  if (NEVER_SENT.has(code) || NO_CONNECTION.test(message) || /^(ERR_TLS|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code))
    return unavailable('carrier', cause);
  if (status === undefined || status < 200)
    // the SDK calls a reset connection a TimeoutError too
    return (name === 'TimeoutError' || name === 'AbortError') && !ENDED.has(code)
      ? unknown('timeout', cause)
      : unknown('connection-lost', cause);
  if (THROTTLED.test(name) || status === 429) return unavailable(QUOTA.test(message) ? 'quota' : 'throttled', cause);
  if (status >= 500 || status < 300) return unknown('server-error', cause);
  if (status === 401 || status === 403 || UNVERIFIED.test(message)) return unavailable('carrier', cause);
  if (status === 404) return unavailable('carrier', cause);
  return rejected(ADDRESS.test(message) ? 'invalid-address' : 'invalid-content', cause);
}
