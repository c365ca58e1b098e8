import { isAxiosError } from 'axios';
import { type SmsRefusal, unavailable, unknown } from './sms-outcome.ts';

const NEVER_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
]);

/** What a request without an answer came to. Only one that never had a connection is certain. */
export function classifyConnection(error: unknown): SmsRefusal {
  const code = isAxiosError(error) ? (error.code ?? '') : '';
  const cause = `${code} ${error instanceof Error ? error.message : String(error)}`;
  if (NEVER_CONNECTED.has(code)) return unavailable('carrier', cause);
  const timedOut = code === 'ECONNABORTED' || code === 'ERR_CANCELED' || code === 'ETIMEDOUT';
  return unknown(timedOut ? 'timeout' : 'connection-lost', cause);
}
