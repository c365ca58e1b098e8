import type { OrgContext } from '#src/context.ts';
import type { Media } from '#src/files/media.ts';
import { readMedia } from '#src/files/read-media.ts';
import { invalid } from '#src/platform/problem.ts';
import { type PersonalisedText, parsePersonalised } from '#src/templates/personalisation.ts';

export type Content = { text: string | null; template: PersonalisedText | null; media: Media[] };
type Given = { text?: string | null | undefined; mediaIds?: string[] | undefined };

/** What a campaign says: throws a 400 for a text that cannot be read, a file that is not there, or neither. */
export async function readContent(ctx: OrgContext, { text = null, mediaIds = [] }: Given): Promise<Content> {
  const words = readText(text);
  const media = await readMedia(ctx, mediaIds);
  if (words.text === null && media.length === 0)
    throw invalid('text', { en: 'Give a text, media or both', tr: 'Metin, medya ya da ikisini verin' });
  return { ...words, media };
}

function readText(given: string | null): Pick<Content, 'text' | 'template'> {
  if (given === null || given.trim() === '') return { text: null, template: null };
  const parsed = parsePersonalised(given);
  if (!parsed.ok) throw invalid('text', parsed.error);
  return { text: given, template: parsed.template };
}
