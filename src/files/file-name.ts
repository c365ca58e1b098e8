import { type MediaKind, type MediaType, mediaTypes } from './media.ts';

export const LONGEST_FILE_NAME = 200;

const KNOWN = new Set(mediaTypes.flatMap((type) => [type.extension, ...(type.alsoExtensions ?? [])]));
// Control characters, and those that turn the direction of writing so that "fdp.exe" reads "exe.pdf".
const INVISIBLE = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;
const RESERVED = /[<>:"|?*]/g;

/** A name to show and to save under: no path, nothing invisible, and the extension that the content deserves. */
export function nameFile(given: string | undefined, type: MediaType, kind: MediaKind): string {
  const clean = cleanName(given ?? '');
  const dot = clean.lastIndexOf('.');
  const extension = extensionOf(clean);
  const right = extension === type.extension || type.alsoExtensions?.includes(extension) ? extension : type.extension;
  const stem = KNOWN.has(extension) || extension === right ? clean.slice(0, dot).trimEnd() : clean;
  return `${shorten(stem || kind, LONGEST_FILE_NAME - right.length - 1)}.${right}`;
}

/** As it was given, without path and without what nobody sees. */
export const cleanName = (given: string): string =>
  given
    .toWellFormed()
    .split(/[/\\]/)
    .at(-1)!
    .normalize('NFC')
    .replace(INVISIBLE, '')
    .replace(RESERVED, '-')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+|[. ]+$/g, '');

/** Lower case, without the dot; empty when there is none. */
export function extensionOf(name: string | undefined): string {
  const clean = cleanName(name ?? '');
  const dot = clean.lastIndexOf('.');
  return dot < 0 ? '' : clean.slice(dot + 1).toLowerCase();
}

const shorten = (text: string, length: number): string =>
  text
    .slice(0, length)
    .replace(/[\ud800-\udbff]$/, '')
    .trimEnd();
