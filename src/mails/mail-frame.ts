import type { Language } from '#src/platform/language.ts';
import type { MailText } from './mail-texts.ts';

const FONT = "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif";
const fallback: Record<Language, string> = {
  tr: 'Düğme çalışmazsa bu adresi tarayıcınıza yapıştırın:',
  en: 'If the button does not work, paste this address into your browser:',
};
const why: Record<Language, string> = {
  tr: 'Bu ileti Ulak hesabınızla ilgilidir, tanıtım değildir.',
  en: 'This message is about your Ulak account; it is no advertising.',
};

const whyTheirs: Record<Language, string> = {
  tr: 'Bu ileti {organization} ile randevunuzla ilgilidir, tanıtım değildir.',
  en: 'This message is about your appointment with {organization}; it is no advertising.',
};
const whyOf = (language: Language, { inNameOf }: MailText): string => (inNameOf ? whyTheirs : why)[language];

const darkRules = (scope: string): string => `
${scope}.page, ${scope}.page > div { background-color: #131316 !important; }
${scope}.card, ${scope}.card > table { background: #1f1f23 !important; background-color: #1f1f23 !important; }
${scope}.ink div { color: #f4f4f5 !important; }
${scope}.soft div { color: #d4d4d8 !important; }
${scope}.faint div, ${scope}.faint div a { color: #a1a1aa !important; }
${scope}.press td, ${scope}.press a { background: #2dd4bf !important; background-color: #2dd4bf !important; color: #0b1f1c !important; }`;

const paragraph = (text: string, look: string) =>
  `<mj-text css-class="${look}" padding="0 0 14px"><p style="margin:0">${text}</p></mj-text>`;

/** One of the system's mails as MJML, its `{…}` untouched. */
export const mailFrame = (language: Language, text: MailText): string => {
  const { subject, title, lines, button, note } = text;
  return `
<mjml lang="${language}" dir="ltr">
  <mj-head>
    <mj-title>${subject}</mj-title>
    <mj-preview>${lines.at(-1)}</mj-preview>
    <mj-attributes>
      <mj-all font-family="${FONT}" />
      <mj-text font-size="16px" line-height="25px" color="#3f3f46" padding="0" />
      <mj-section padding="0" />
    </mj-attributes>
    <mj-raw>
      <meta name="color-scheme" content="light dark">
      <meta name="supported-color-schemes" content="light dark">
    </mj-raw>
    <mj-style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
.ink div, .soft div, .faint div { overflow-wrap: anywhere; }
.ink h1, .faint div { text-wrap: pretty; }
@media (max-width: 584px) { .page { padding: 0 12px; } }
@media (max-width: 480px) { .wide > table > tbody > tr > td { padding-left: 24px !important; padding-right: 24px !important; } }
@media (prefers-color-scheme: dark) { body { background-color: #131316 !important; }${darkRules('')}
}${darkRules('[data-ogsc] ')}
    </mj-style>
  </mj-head>
  <mj-body background-color="#f1f1ef" css-class="page" width="560px">
    <mj-section css-class="wide" padding="28px 32px 14px"><mj-column>
      <mj-text css-class="ink" font-size="18px" font-weight="700" color="#18181b">${text.inNameOf ? '{organization}' : 'Ulak'}</mj-text>
    </mj-column></mj-section>
    <mj-section css-class="card wide" background-color="#ffffff" border-radius="14px" padding="32px 32px 22px"><mj-column>
      <mj-text css-class="ink" font-weight="700" color="#18181b" padding="0 0 16px"><h1 style="margin:0;font-size:23px;line-height:31px;font-weight:inherit">${title}</h1></mj-text>
      ${lines.map((line) => paragraph(line, 'soft')).join('\n')}
      ${
        button
          ? `<mj-button css-class="press" href="{url}" align="left" padding="8px 0 22px" inner-padding="13px 26px" border-radius="10px" background-color="#0f766e" color="#ffffff" font-size="16px" font-weight="600">${button}</mj-button>
      <mj-text css-class="faint" font-size="13px" line-height="20px" color="#6b6b73" padding="0 0 12px">${fallback[language]}<br /><a href="{url}" style="color:#6b6b73;word-break:break-all">{url}</a></mj-text>`
          : ''
      }
      ${note ? `<mj-text css-class="faint" font-size="13px" line-height="20px" color="#6b6b73" padding="0 0 10px">${note}</mj-text>` : ''}
    </mj-column></mj-section>
    <mj-section css-class="wide" padding="18px 32px 32px"><mj-column>
      <mj-text css-class="faint" font-size="13px" line-height="20px" color="#6b6b73">${whyOf(language, text)}</mj-text>
    </mj-column></mj-section>
  </mj-body>
</mjml>`;
};

/** The same as plain text. */
export function mailPlain(language: Language, text: MailText): string {
  const { title, lines, button, note } = text;
  const parts = [title, ...lines.map((line) => line.replaceAll('<br />', '\n'))];
  if (button) parts.push(`${button}: {url}`);
  if (note) parts.push(note);
  return [...parts, `--\n${whyOf(language, text)}`].join('\n\n');
}
