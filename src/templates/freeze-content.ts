import type { EmailSource } from '#src/db/schema/emails.ts';
import { freezeValues } from '#src/personalisation/freeze-values.ts';
import type { VersionRow } from './template.ts';
import { variablesOfCategory } from './template.ts';

export type TemplateContent = Pick<VersionRow, 'category' | 'subject' | 'preheader' | 'text' | 'source'>;

/** The content with what is known in the place of its names, wherever they stand. */
export function freezeContent<C extends TemplateContent>(content: C, known: Record<string, string | null>): C {
  const allowed = [...variablesOfCategory(content.category), 'unsubscribeUrl'];
  const freeze = <T extends string | null>(text: T) => (text === null ? null : freezeValues(text, known, allowed)) as T;
  const { subject, preheader, text, source } = content;
  return {
    ...content,
    subject: freeze(subject),
    preheader: freeze(preheader),
    text: freeze(text),
    source: source && mapSource(source, freeze),
  };
}

/** A mail's source, each of its texts changed. */
export function mapSource(source: EmailSource, change: (text: string) => string): EmailSource {
  if (source.kind === 'html') return { kind: 'html', html: change(source.html) };
  if (source.kind === 'mjml') return { kind: 'mjml', mjml: change(source.mjml) };
  const { imageUrl, imageAlt, button, title, text, ...same } = source;
  return {
    ...same,
    title: change(title),
    text: change(text),
    ...(imageUrl != null && { imageUrl: change(imageUrl) }),
    ...(imageAlt != null && { imageAlt: change(imageAlt) }),
    ...(button != null && { button: { label: change(button.label), url: change(button.url) } }),
  };
}
