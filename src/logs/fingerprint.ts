import { createHash } from 'node:crypto';

/** An error as the log tells it (src/platform/scrub.ts). */
export type LoggedError = {
  type?: unknown;
  message?: unknown;
  code?: unknown;
  stack?: unknown;
  cause?: unknown;
  errors?: unknown;
};

export type Fingerprint = { id: string; type: string; message: string; place: string | null };

const LONGEST = 1_000;
const DEEPEST_CAUSE = 8;

/** What varies from one time to the next: links, addresses, ids, quoted words, numbers. */
const VARYING: [RegExp, string][] = [
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s'"<>)]+/gi, '<url>'],
  [/[^\s'"<>(@]+@[^\s'"<>),;:]+/g, '<address>'],
  [/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, '<id>'],
  [/"[^"]*"|'[^']*'|“[^”]*”|‘[^’]*’/g, '<text>'],
  [/\b(?=[\w-]*\d)[\w-]{16,}/g, '<id>'],
  [/\d+/g, '0'],
];

/** The message without what varies, so that errors of one kind have one. */
export const normaliseMessage = (message: string): string =>
  VARYING.reduce((text, [pattern, mark]) => text.replace(pattern, mark), message.slice(0, LONGEST)).trim();

/**
 * Of which kind an error is: its class, its message without what varies, the innermost cause, and the top frame of ours as function and
 * file: a line number would make it another error with every release.
 */
export function fingerprintOf(error: LoggedError, logged: string): Fingerprint {
  const type = textOf(error.type) || 'Error';
  const message = textOf(error.message) || logged;
  const place = placeOf(error);
  const root = rootOf(error);
  const rest = root === error ? [] : [textOf(root.type), normaliseMessage(textOf(root.message))];
  const key = JSON.stringify([type, normaliseMessage(message), place, textOf(root.code), ...rest]);
  return { id: toUuid(createHash('sha256').update(key).digest('hex')), type: type.slice(0, 200), message, place };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function rootOf(error: LoggedError): LoggedError {
  let root = error;
  for (let depth = 0; depth < DEEPEST_CAUSE; depth++) {
    const next = Array.isArray(root.errors) && root.errors.length > 0 ? root.errors[0] : root.cause;
    if (typeof next !== 'object' || next === null) break;
    root = next as LoggedError;
  }
  return root;
}

const FRAME = /^\s+at (?:(?:async )?(?<name>[^(\n]+?) \()?(?:async )?(?<file>[^()\n]+?):\d+:\d+\)?$/gm;
const OURS = /(?:^|\/)((?:src|webhooks|evolution)\/[^?]+)$/;

/** The first frame of ours, of the error or of what caused it. */
function placeOf(error: LoggedError): string | null {
  for (let at: LoggedError | undefined = error, depth = 0; at && depth < DEEPEST_CAUSE; depth++) {
    for (const { groups } of textOf(at.stack).matchAll(FRAME)) {
      const file = groups!['file']!;
      const ours = file.includes('node_modules') ? null : OURS.exec(file)?.[1];
      if (ours) return [groups!['name']?.replace(/ \[as .*\]$/, ''), ours].filter(Boolean).join(' · ').slice(0, 300);
    }
    at = typeof at.cause === 'object' && at.cause !== null ? (at.cause as LoggedError) : undefined;
  }
  return null;
}

/** As an id of version 8 (RFC 9562): ours to fill. */
const toUuid = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
