import { StorageError } from './storage.ts';

const OUTAGES = new Set([
  // no connection, or lost
  ...[
    'ECONNREFUSED',
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'CONNECTION_CLOSED',
  ],
  // server going down, coming up, out of connections, disk or memory, read-only while it fails over
  ...['57P01', '57P02', '57P03', '57P05', '53100', '53200', '53300', '25006'],
  // a lock waited for too long, a deadlock, a serialization failure
  ...['55P03', '40P01', '40001'],
]);

/** The database or the storage is away, full or busy: worth asking again. */
export function isOutage(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause)
    if (at instanceof StorageError && at.trouble === 'unavailable') return true;
    else if (OUTAGES.has(String((at as { code?: unknown }).code))) return true;
  return false;
}
