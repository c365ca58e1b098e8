import { planMessages, TEXT_LIMIT } from '#src/campaigns/plan-messages.ts';
import type { OrgContext } from '#src/context.ts';
import type { PlannedMessage } from '#src/db/schema/campaigns.ts';
import type { Media } from '#src/files/media.ts';
import { readMedia } from '#src/files/read-media.ts';
import { invalid } from '#src/platform/problem.ts';
import { renderTemplate } from '#src/templates/render-template.ts';

/** What somebody writes: words as they are (braces are braces), files; or a template, filled in for the customer. */
export type Written = {
  text?: string | null | undefined;
  mediaIds?: string[] | undefined;
  templateId?: string | undefined;
};
export type Draft = { planned: PlannedMessage[]; media: Media[] };

/** The messages that it takes, planned as a campaign's are: a captioned file is one, else files go first and the words last. */
export async function readDraft(ctx: OrgContext, written: Written, customerId: string | null): Promise<Draft> {
  const { text = null, mediaIds = [] } = await fillTemplate(ctx, written, customerId);
  const words = text === null || text.trim() === '' ? null : text;
  const media = await readMedia(ctx, mediaIds);
  if (words === null && media.length === 0)
    throw invalid('text', { en: 'Give a text, media or both', tr: 'Metin, medya ya da ikisini verin' });
  const longestText = words?.length ?? 0;
  if (longestText > TEXT_LIMIT)
    throw invalid('text', { en: `At most ${TEXT_LIMIT} characters`, tr: `En çok ${TEXT_LIMIT} karakter` });
  return { planned: planMessages({ text: words, media, longestText }), media };
}

async function fillTemplate(ctx: OrgContext, written: Written, customerId: string | null): Promise<Written> {
  const { templateId, text, mediaIds } = written;
  if (templateId === undefined) return written;
  if (text != null || mediaIds !== undefined)
    throw invalid('templateId', {
      en: 'A template brings its own text and files',
      tr: 'Şablonun metni ve dosyaları kendisinden gelir',
    });
  return renderTemplate(ctx, { templateId, channel: 'whatsapp', customerId: customerId ?? undefined });
}
