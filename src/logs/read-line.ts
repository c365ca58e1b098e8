import { foldText } from '#src/customers/fold-text.ts';
import { isUuid } from '#src/platform/cursor.ts';
import { newId } from '#src/platform/ids.ts';
import { levelNumber } from '#src/platform/log.ts';
import { type Fingerprint, fingerprintOf, type LoggedError } from './fingerprint.ts';

/** A line as it is kept. */
export type LogLine = {
  id: string;
  at: string;
  level: number;
  message: string;
  requestId: string | null;
  userId: string | null;
  organizationId: string | null;
  campaignId: string | null;
  job: string | null;
  fingerprint: Fingerprint | null;
  fields: Record<string, unknown>;
  searchText: string;
};

const LONGEST_MESSAGE = 4_000;
const LONGEST_FIELDS = 60_000;
const LONGEST_SEARCHED = 1_500;
const LONGEST_WORD = 300;
const LONGEST_NAME = 200;
const ERROR = 50;

/** Reads what pino wrote; null for what it did not. `error`s, and whatever tells of an error of ours, get a fingerprint. */
export function readLine(line: string): LogLine | null {
  const parsed = parse(line);
  if (!parsed) return null;
  const { level: label, time, msg, requestId, userId, organizationId, campaignId, job, ...fields } = parsed;
  const level = levelNumber(String(label));
  const at = String(time);
  if (!Number.isFinite(level) || Number.isNaN(Date.parse(at))) return null;
  const message = typeof msg === 'string' ? msg.slice(0, LONGEST_MESSAGE) : '';
  const error = isObject(fields['err']) ? (fields['err'] as LoggedError) : null;
  const ids = { userId: idOf(userId), organizationId: idOf(organizationId), campaignId: idOf(campaignId) };
  return {
    id: newId(),
    at,
    level,
    message,
    requestId: nameOf(requestId),
    ...ids,
    job: nameOf(job),
    fingerprint: error || level >= ERROR ? fingerprintOf(error ?? {}, message) : null,
    fields: shorten(fields),
    searchText: foldText([message, ...words(fields)].join(' ').slice(0, LONGEST_SEARCHED)),
  };
}

const NUL = /(?<!\\)((?:\\\\)*)\\u0000/g;

/** What PostgreSQL cannot keep, NUL and halves of letters, is left out. */
function parse(line: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(line.replace(NUL, '$1'), (_, value) =>
      typeof value === 'string' ? value.toWellFormed() : value,
    );
    return isObject(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const idOf = (value: unknown): string | null => (isUuid(value) ? value : null);
const nameOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value.slice(0, LONGEST_NAME) : null;

function shorten(fields: Record<string, unknown>): Record<string, unknown> {
  const text = JSON.stringify(fields);
  return text.length <= LONGEST_FIELDS ? fields : { cut: text.slice(0, LONGEST_FIELDS) };
}

/** The texts and numbers of the fields, stacks left out. */
function* words(value: unknown, name = ''): Generator<string> {
  if (name === 'stack') return;
  if (typeof value === 'string') yield value.slice(0, LONGEST_WORD);
  else if (typeof value === 'number') yield String(value);
  else if (typeof value === 'object' && value !== null)
    for (const [key, member] of Object.entries(value)) yield* words(member, key);
}
