import type { Language } from '#src/platform/language.ts';

/** What a filter makes of a text; `values` stand after the colon. */
type Apply = (text: string, values: readonly string[], language: Language) => string;
export type TextFilter = { values: { min: number; max: number }; apply: Apply };

/** No filter makes a text longer than this, so a chain of them cannot blow up. */
const LONGEST = 100_000;

const plain = (apply: Apply): TextFilter => ({ values: { min: 0, max: 0 }, apply });
const withOne = (apply: (text: string, value: string) => string): TextFilter => ({
  values: { min: 1, max: 1 },
  apply: (text, [value = '']) => apply(text, value),
});

/** All that may stand after `|`. Upper and lower case are the language's (istanbul, in Turkish: İSTANBUL). */
export const textFilters: Record<string, TextFilter> = {
  default: withOne((text, fallback) => (text.trim() === '' ? fallback : text)),
  upcase: plain((text, _, language) => text.toLocaleUpperCase(language)),
  downcase: plain((text, _, language) => text.toLocaleLowerCase(language)),
  capitalize: plain(capitalize),
  strip: plain((text) => text.trim()),
  escape: plain(escapeHtml),
  url_encode: plain(encodeForUrl),
  append: withOne((text, end) => atMostLongest(text, text + end)),
  prepend: withOne((text, start) => atMostLongest(text, start + text)),
  remove: withOne((text, part) => text.replaceAll(part, '')),
  replace: { values: { min: 2, max: 2 }, apply: replace },
  truncate: { values: { min: 1, max: 2 }, apply: truncate },
};

const atMostLongest = (before: string, after: string): string => (after.length > LONGEST ? before : after);

function capitalize(text: string, _: readonly string[], language: Language): string {
  const [first = '', ...rest] = text;
  return first.toLocaleUpperCase(language) + rest.join('').toLocaleLowerCase(language);
}

function replace(text: string, [part = '', by = '']: readonly string[]): string {
  const pieces = text.split(part);
  return text.length + (pieces.length - 1) * by.length > LONGEST ? text : pieces.join(by);
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** RFC 3986: nothing is left in it that means something in a URL or in HTML. */
function encodeForUrl(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const segmenter = new Intl.Segmenter();

/** At most `length` visible characters, the ending among them. */
function truncate(text: string, [length = '', ending = '…']: readonly string[]): string {
  const limit = Number(length);
  if (!Number.isInteger(limit) || limit < 0 || text.length <= limit) return text;
  const characters = Array.from(segmenter.segment(text), ({ segment }) => segment);
  if (characters.length <= limit) return text;
  const room = Math.max(0, limit - Array.from(segmenter.segment(ending)).length);
  return characters.slice(0, room).join('') + ending;
}
