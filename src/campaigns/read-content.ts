import type { OrgContext } from '#src/context.ts';
import type { Media } from '#src/files/media.ts';
import { readMedia } from '#src/files/read-media.ts';
import { type PersonalisedText, parsePersonalised } from '#src/personalisation/personalisation.ts';
import { invalid } from '#src/platform/problem.ts';

export type Content = {
  /** Null: only media, or several variants. */
  text: string | null;
  variants: string[] | null;
  /** Of the text, or of each variant. */
  templates: PersonalisedText[];
  media: Media[];
};
type Given = {
  text?: string | null | undefined;
  variants?: string[] | null | undefined;
  mediaIds?: string[] | undefined;
};

/** What a campaign says: throws a 400 for a text that cannot be read, a file that is not there, or neither. */
export async function readContent(
  ctx: OrgContext,
  { text = null, variants = null, mediaIds = [] }: Given,
): Promise<Content> {
  const words = variants ? readVariants(text, variants) : readText(text);
  const media = await readMedia(ctx, mediaIds);
  if (words.templates.length === 0 && media.length === 0)
    throw invalid('text', { en: 'Give a text, media or both', tr: 'Metin, medya ya da ikisini verin' });
  return { ...words, media };
}

type Words = Omit<Content, 'media'>;

function readText(given: string | null): Words {
  if (given === null || given.trim() === '') return { text: null, variants: null, templates: [] };
  return { text: given, variants: null, templates: [parse(given, 'text')] };
}

function readVariants(text: string | null, variants: string[]): Words {
  if (text !== null)
    throw invalid('variants', {
      en: 'Give a text or variants, not both',
      tr: 'Metin ya da varyant verin, ikisini değil',
    });
  const templates = variants.map((variant, index) => parse(variant, `variants[${index}].text`));
  return { text: null, variants, templates };
}

function parse(text: string, path: string): PersonalisedText {
  if (text.trim() === '') throw invalid(path, { en: 'Must not be empty', tr: 'Boş olamaz' });
  const parsed = parsePersonalised(text);
  if (!parsed.ok) throw invalid(path, parsed.error);
  return parsed.template;
}

/** What stands where the text goes: the text, or the first variant for all. */
export const wordsOf = ({ text, variants }: Pick<Content, 'text' | 'variants'>): string | null =>
  text ?? variants?.[0] ?? null;
