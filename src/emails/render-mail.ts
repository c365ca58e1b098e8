import type { AppContext } from '#src/context.ts';
import type { Language } from '#src/platform/language.ts';
import { runApart } from '#src/platform/run-apart.ts';
import { oneLine } from './mail-headers.ts';
import { createMailKeys } from './mail-token.ts';
import { type MailAddressee, unsubscribeUrlOf, valuesFor } from './mail-values.ts';
import { fill, splitTemplate } from './split-template.ts';

type Content = {
  language: Language;
  subject: string;
  otherSubject: string | null;
  preheader: string | null;
  html: string;
  plain: string;
  links: readonly string[];
};
export type RenderedMail = {
  subject: string;
  otherSubject: string | null;
  preheader: string | null;
  html: string;
  text: string;
};

type Look = {
  site: Pick<AppContext, 'publicUrl' | 'authSecret'>;
  content: Content;
  addressee: MailAddressee;
  organizationId: string | null;
};

/** More than this is filled in apart: it takes longer than others should wait. */
const SHORT = 20_000;

/**
 * A mail for one person, whose links lead where they say. To look at, unless it is known of which organization it is: nobody is unsubscribed
 * by it.
 */
export async function renderMail(
  { publicUrl, authSecret }: Look['site'],
  { language, subject, otherSubject, preheader, html, plain, links }: Content,
  addressee: MailAddressee,
  organizationId: string | null = null,
): Promise<RenderedMail> {
  const content = { language, subject, otherSubject, preheader, html, plain, links };
  const look: Look = { site: { publicUrl, authSecret }, content, addressee, organizationId };
  if (html.length + plain.length <= SHORT) return renderLook(look);
  return runApart(new URL('./render-mail.ts', import.meta.url), 'renderLook', look);
}

/** `renderMail` itself. */
export function renderLook({
  site: { publicUrl, authSecret },
  content,
  addressee,
  organizationId,
}: Look): RenderedMail {
  const campaign = organizationId === null ? null : { organizationId, trackOpens: false, trackClicks: false };
  const links = { publicUrl, keys: createMailKeys(authSecret), content: { id: '', ...content }, campaign };
  const values = valuesFor(links, addressee, unsubscribeUrlOf(links, addressee));
  const show = (text: string, html: boolean) => fill(splitTemplate(text, { html, language: content.language }), values);
  const line = (text: string | null) => (text === null ? null : oneLine(show(text, false)).trim());
  return {
    subject: line(content.subject)!,
    otherSubject: line(content.otherSubject),
    preheader: line(content.preheader),
    html: show(content.html, true),
    text: show(content.plain, false),
  };
}
