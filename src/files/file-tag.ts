import { foldText } from '#src/customers/fold-text.ts';
import type { Text } from '#src/platform/language.ts';
import { invalid } from '#src/platform/problem.ts';

/** Tags that files get by themselves, and what they are called. */
export const ownTags = {
  'sent-documents': { en: 'Sent documents', tr: 'Gönderilen Belgeler' },
  'received-documents': { en: 'Received documents', tr: 'Gelen Belgeler' },
} satisfies Record<string, Text>;

export type OwnTag = keyof typeof ownTags;

const byName = new Map(
  Object.entries(ownTags).flatMap(([tag, names]) => [tag, names.en, names.tr].map((name) => [foldText(name), tag])),
);

/** By what a tag is found: however it is spelt, and whichever language it is named in. */
export function tagKey(tag: string): string {
  const folded = foldText(tag);
  return byName.get(folded) ?? folded;
}

export const isOwnTag = (tag: string): tag is OwnTag => Object.hasOwn(ownTags, tag);

/** What a tag is called. */
export const tagName = (tag: string): Text => (isOwnTag(tag) ? ownTags[tag] : { en: tag, tr: tag });

export const MOST_TAGS = 20;
export const LONGEST_TAG = 50;
export type Tags = { tags: string[]; tagKeys: string[] };

/** Tags as a caller gives them. Throws a 400 at `tags[i]` for one that is too long, at `tags` for too many. */
export function readTags(given: readonly string[]): Tags {
  const clean = given.map((tag) =>
    tag
      .normalize('NFC')
      .replace(/\p{Cc}/gu, ' ')
      .replace(/\s+/g, ' ')
      .trim(),
  );
  const long = clean.findIndex((tag) => tag.length > LONGEST_TAG);
  if (long >= 0)
    throw invalid(`tags[${long}]`, {
      en: `At most ${LONGEST_TAG} characters`,
      tr: `En çok ${LONGEST_TAG} karakter olabilir`,
    });
  const tags = tidyTags(clean);
  if (tags.tags.length > MOST_TAGS)
    throw invalid('tags', { en: `At most ${MOST_TAGS} tags`, tr: `En çok ${MOST_TAGS} etiket olabilir` });
  return tags;
}

/** Without blanks and without those that are spelt differently only: the first spelling stays. One of ours goes by its own word. */
export function tidyTags(tags: readonly string[]): Tags {
  const byKey = new Map<string, string>();
  for (const tag of tags) {
    const key = tagKey(tag);
    if (key !== '' && !byKey.has(key)) byKey.set(key, isOwnTag(key) ? key : tag);
  }
  return { tags: [...byKey.values()], tagKeys: [...byKey.keys()] };
}

/** What a file is searched by. */
export const fileSearchText = (name: string, tags: readonly string[]): string =>
  foldText([name, ...tags.flatMap((tag) => Object.values(tagName(tag)))].join(' '));
