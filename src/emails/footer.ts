import { escapeHtml } from '#src/personalisation/text-filters.ts';
import type { Language, Text } from '#src/platform/language.ts';

/** Who writes, as the law wants it in every marketing mail. */
export type Sender = { tradeName: string; contact: string };

/** `appointment`: about what its reader has arranged; no advertising, so no way out of it either. */
export type MailPurpose = 'marketing' | 'appointment';

export const unsubscribeLabel: Text = { en: 'Unsubscribe', tr: 'Abonelikten çık' };

export const whyYouGetThis = ({ tradeName }: Sender): Text => ({
  en: `You receive this email because you agreed to hear from ${tradeName.replace(/\.$/, '')}.`,
  tr: `Bu e-postayı ${tradeName} iletilerine onay verdiğiniz için alıyorsunuz.`,
});

export const whyAboutAppointment = ({ tradeName }: Sender): Text => ({
  en: `This message is about your appointment with ${tradeName.replace(/\.$/, '')}; it is no advertising.`,
  tr: `Bu ileti ${tradeName} ile randevunuzla ilgilidir, tanıtım değildir.`,
});

const FONT = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

/** What is put below a mail that does not say by itself who sends it and how to have no more of it; `unsubscribe` null: there is no less of it to have. */
export const footerHtml = (sender: Sender, language: Language, unsubscribe: string | null): string =>
  `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="background-color:#f4f4f5">
<tr><td align="center" style="padding:24px 16px;${FONT};font-size:13px;line-height:20px;color:#52525b">
<p style="margin:0 0 8px">${escapeHtml((unsubscribe === null ? whyAboutAppointment : whyYouGetThis)(sender)[language])}</p>
<p style="margin:0 0 8px"><strong>${escapeHtml(sender.tradeName)}</strong><br>${escapeLines(sender.contact)}</p>
${unsubscribe === null ? '' : `<p style="margin:0"><a href="${unsubscribe}" style="color:#52525b;text-decoration:underline">${unsubscribeLabel[language]}</a></p>`}
</td></tr></table>`;

/** Text with its line breaks, as HTML. */
export const escapeLines = (text: string): string => escapeHtml(text).replaceAll(/\r\n|\r|\n/g, '<br>');
