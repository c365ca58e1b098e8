import type { z } from '@hono/zod-openapi';
import { en, tr } from 'zod/locales';
import type { Language, Text } from './language.ts';
import { type FieldError, invalid, Problem } from './problem.ts';
import { sayIssue } from './say-issue.ts';

const DEFAULT_BODY_LIMIT_BYTES = 1024 * 1024;
const locales = { en: en().localeError, tr: tr().localeError };
/** A refusal stays short, whatever was sent. */
const MOST_ERRORS = 100;
const LONGEST_NAME = 100;
/** Deeper JSON would overflow the stack of whoever walks through it. */
const DEEPEST = 100;
const SEPARATOR = '\u0001';

/** A refinement's message in both languages: `z.string().refine(isZone, bothLanguages({ en, tr }))`. */
export const bothLanguages = (text: Text): string => `${text.en}${SEPARATOR}${text.tr}`;

/** Checks `value` against `schema`; throws `invalid-request` with a path and a message for each thing wrong. */
export function check<S extends z.ZodType>(schema: S, value: unknown, language: Language, root = ''): z.output<S> {
  const parsed = schema.safeParse(value, {
    error: (issue) => sayIssue(issue)?.[language] ?? locales[language](issue),
  });
  if (!parsed.success) {
    const errors = parsed.error.issues.slice(0, MOST_ERRORS).flatMap((issue) => fieldErrors(issue, root, language));
    throw new Problem('invalid-request', { errors: errors.slice(0, MOST_ERRORS) });
  }
  refuseUnstorable(parsed.data, root);
  return parsed.data;
}

function fieldErrors(issue: z.core.$ZodIssue, root: string, language: Language): FieldError[] {
  const at = (...keys: PropertyKey[]) => formatPath(root, [...issue.path, ...keys]);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: at(key), message: { en: 'Unknown field', tr: 'Bilinmeyen alan' } }));
  const [first, second] = issue.message.split(SEPARATOR) as [string, string?];
  const message = second === undefined ? first : language === 'tr' ? second : first;
  return [{ path: at(), message: { en: message, tr: message } }];
}

const formatPath = (root: string, keys: PropertyKey[]): string =>
  keys.reduce<string>((path, key) => {
    if (typeof key === 'number') return `${path}[${key}]`;
    const name = String(key).slice(0, LONGEST_NAME);
    return path ? `${path}.${name}` : name;
  }, root);

/** PostgreSQL stores neither NUL nor half a surrogate pair. */
function refuseUnstorable(value: unknown, path: string): void {
  if (typeof value === 'string') {
    if (value.includes('\0') || !value.isWellFormed())
      throw invalid(path || 'body', {
        en: 'Contains characters that cannot be stored',
        tr: 'Saklanamayan karakterler içeriyor',
      });
  } else if (value !== null && typeof value === 'object') {
    for (const [key, member] of Object.entries(value)) {
      refuseUnstorable(key, path);
      refuseUnstorable(member, formatPath(path, [Array.isArray(value) ? Number(key) : key]));
    }
  }
}

/** The search parameters as an object; a repeated one becomes a list. */
export function readQuery(url: string): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = {};
  for (const [key, value] of new URL(url).searchParams) {
    const seen = Object.hasOwn(query, key) ? query[key]! : undefined;
    Object.defineProperty(query, key, {
      value: seen === undefined ? value : [seen, value].flat(),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return query;
}

/**
 * The body's text and its JSON. Throws 415 for another content type (`alsoAs`: one more under which JSON may come), 413 over the
 * limit, 400 for what is not JSON.
 */
export async function readJson(
  request: Request,
  limitBytes = DEFAULT_BODY_LIMIT_BYTES,
  alsoAs?: string,
): Promise<{ text: string; json: unknown }> {
  const bytes = await readBytes(request, limitBytes);
  if (bytes.length === 0) return { text: '', json: {} };
  requireContentType(request, 'application/json', ...(alsoAs === undefined ? [] : [alsoAs]));
  const read = parseJson(bytes);
  if (isDeep(read.json))
    throw invalid('body', { en: 'The body is nested too deeply', tr: 'Gövde çok derin iç içe geçmiş' });
  return read;
}

function parseJson(bytes: Uint8Array): { text: string; json: unknown } {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { text, json: JSON.parse(text) };
  } catch {
    throw invalid('body', { en: 'The body is not valid JSON in UTF-8', tr: 'Gövde geçerli bir UTF-8 JSON değil' });
  }
}

function isDeep(value: unknown, depth = 0): boolean {
  if (value === null || typeof value !== 'object') return false;
  return depth >= DEEPEST || Object.values(value).some((member) => isDeep(member, depth + 1));
}

export function requireContentType(request: Request, wanted: string, ...alsoAs: string[]): void {
  const coding = request.headers.get('content-encoding')?.trim().toLowerCase() ?? 'identity';
  if (coding !== 'identity')
    throw new Problem('unsupported-media-type', {
      detail: { en: 'Send the body uncompressed', tr: 'Gövdeyi sıkıştırmadan gönderin' },
      headers: { 'Accept-Encoding': 'identity' },
    });
  const given = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (given === wanted || (given !== undefined && alsoAs.includes(given))) return;
  if (wanted === 'application/json' && given?.endsWith('+json')) return;
  throw new Problem('unsupported-media-type', {
    detail: { en: `Send ${wanted}`, tr: `${wanted} türünde gönderin` },
    headers: { Accept: [wanted, ...alsoAs].join(', ') },
  });
}

/** Throws 413 when the declared length already says it is too much. */
export function requireLength(request: Request, limitBytes: number): void {
  if (Number(request.headers.get('content-length') ?? 0) > limitBytes) throw tooLarge(limitBytes);
}

async function readBytes(request: Request, limitBytes: number): Promise<Uint8Array> {
  requireLength(request, limitBytes);
  if (!request.body) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of request.body) {
      size += chunk.length;
      if (size > limitBytes) throw tooLarge(limitBytes);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw invalid('body', { en: 'The body ended too early', tr: 'Gövde erken bitti' }, error);
  }
  return Buffer.concat(chunks);
}

export const tooLarge = (limitBytes: number): Problem =>
  new Problem('too-large', {
    detail: { en: `At most ${limitBytes} bytes`, tr: `En çok ${limitBytes} bayt` },
    members: { limitBytes },
  });
