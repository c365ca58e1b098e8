import type { Language } from '#src/platform/language.ts';
import type { TemplateDraft } from '#src/templates/check-content.ts';
import { mailsEn } from './mails-en.ts';
import { mailsTr } from './mails-tr.ts';
import { providedNames } from './names.ts';
import type { ProvidedMail, ProvidedText } from './provided-template.ts';
import { smsEn, whatsappEn } from './texts-en.ts';
import { smsTr, whatsappTr } from './texts-tr.ts';

export type ProvidedDraft = TemplateDraft & { providedKey: string };

/** All that comes with an account, named in one language. */
export function providedDrafts(naming: Language): ProvidedDraft[] {
  const nothing = { shortcut: null, subject: null, preheader: null, text: null, source: null, mediaIds: [] };
  const make = (channel: TemplateDraft['channel'], language: Language, given: (ProvidedText | ProvidedMail)[]) =>
    given.map(({ key, ...content }) => ({
      ...nothing,
      ...content,
      name: providedNames[key]![naming],
      channel,
      language,
      providedKey: `${channel}.${language}.${key}`,
    }));
  const tr = [...make('whatsapp', 'tr', whatsappTr), ...make('email', 'tr', mailsTr), ...make('sms', 'tr', smsTr)];
  const en = [...make('whatsapp', 'en', whatsappEn), ...make('email', 'en', mailsEn), ...make('sms', 'en', smsEn)];
  // lists begin with what was made last
  return (naming === 'tr' ? [...tr, ...en] : [...en, ...tr]).reverse();
}
