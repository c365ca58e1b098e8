import { rejected, type SmsRefusal, unavailable, unknown } from './sms-outcome.ts';

/** As the AWS SDK throws it. */
export type AwsFailure = Error & { code?: string; Reason?: string; $metadata?: { httpStatusCode?: number } };

/** This phone, and no other, takes nothing from us. */
const CLOSED = new Set([
  'DESTINATION_PHONE_NUMBER_OPTED_OUT',
  'DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE',
  'DESTINATION_PHONE_NUMBER_NOT_VERIFIED',
  'DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION',
  'DESTINATION_COUNTRY_BLOCKED',
  'COUNTRY_NOT_ENABLED',
]);
/** About the request as we made it: the phone, or what it says. */
const PHONE = /phone/i;
const OURS_BY_REASON = /SENDER_ID|IDENTITY|RESOURCE|PRICE|INTERNATIONAL|REGISTRATION|PARAMETERS|CHANNEL/;
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

/** What a failed SendTextMessage came to. Only an answer that refuses, or no connection at all, is certain. */
export function classifyAws(error: AwsFailure): SmsRefusal {
  const { name, message, code = '', Reason = '' } = error;
  const status = error.$metadata?.httpStatusCode;
  const cause = `${name} ${Reason}: ${message}`;
  if (NEVER_SENT.has(code) || NO_CONNECTION.test(message) || name === 'CredentialsProviderError')
    return unavailable('carrier', cause);
  if (status === undefined || status < 200)
    return (name === 'TimeoutError' || name === 'AbortError') && !ENDED.has(code)
      ? unknown('timeout', cause)
      : unknown('connection-lost', cause);
  if (/^Throttling|^TooManyRequests/.test(name) || status === 429) return unavailable('throttled', cause);
  if (name === 'ServiceQuotaExceededException') return unavailable('quota', cause);
  if (status >= 500 || status < 300) return unknown('server-error', cause);
  if (CLOSED.has(Reason)) return rejected('refused', cause);
  if (name !== 'ValidationException' || OURS_BY_REASON.test(Reason)) return unavailable('carrier', cause);
  return rejected(PHONE.test(message) ? 'invalid-phone' : 'invalid-content', cause);
}
