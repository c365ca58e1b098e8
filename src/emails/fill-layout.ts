import type { EmailSource } from '#src/db/schema/emails.ts';
import { escapeHtml } from '#src/personalisation/text-filters.ts';
import type { Language } from '#src/platform/language.ts';
import { escapeLines, type MailPurpose, type Sender } from './footer.ts';
import { hideLiquid } from './hide-liquid.ts';
import { announcement } from './layouts/announcement.ts';
import { frame } from './layouts/frame.ts';
import { newsletter } from './layouts/newsletter.ts';
import { offer } from './layouts/offer.ts';

type LayoutSource = Extract<EmailSource, { kind: 'layout' }>;

/** What a layout is filled with: HTML that needs no more escaping, Liquid in its place. */
export type LayoutParts = {
  language: Language;
  title: string;
  paragraphs: string[];
  /** Null: no picture. */
  image: { url: string; alt: string } | null;
  button: { label: string; url: string } | null;
  tradeName: string;
  contact: string;
  purpose: MailPurpose;
};

const bodies = { announcement, newsletter, offer };

/** The MJML of one of our layouts, filled in. */
export function fillLayout(
  source: LayoutSource,
  {
    language,
    identity,
    purpose = 'marketing',
  }: { language: Language; identity: Sender; purpose?: MailPurpose | undefined },
): string {
  const parts: LayoutParts = {
    language,
    title: asHtml(source.title),
    paragraphs: source.text
      .split(/(?:\r\n|\r|\n)[ \t]*(?:\r\n|\r|\n)+/)
      .filter((paragraph) => paragraph.trim())
      .map(asHtml),
    image: source.imageUrl ? { url: asAttribute(source.imageUrl), alt: asHtml(source.imageAlt ?? '') } : null,
    button: source.button ? { label: asHtml(source.button.label), url: asAttribute(source.button.url) } : null,
    tradeName: withoutLiquid(escapeHtml(identity.tradeName)),
    contact: withoutLiquid(escapeLines(identity.contact)),
    purpose,
  };
  return frame(parts, bodies[source.layout](parts));
}

/** Text of people, its line breaks kept and its Liquid alive. */
function asHtml(text: string): string {
  const hidden = hideLiquid(text.trim());
  return hidden.restore(escapeLines(hidden.text));
}

/** MJML writes attributes as they are read, so what would end one is spelt as a URL spells it. */
function asAttribute(url: string): string {
  const hidden = hideLiquid(url.trim());
  return hidden.restore(hidden.text.replaceAll(/["<>\s]/g, encodeURIComponent).replaceAll('&', '&amp;'));
}

const withoutLiquid = (html: string): string => html.replaceAll('{', '&#123;');
