import type { LayoutParts } from '#src/emails/fill-layout.ts';
import { unsubscribeLabel, whyAboutAppointment, whyYouGetThis } from '#src/emails/footer.ts';

const FONT = "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif";

/**
 * Colours of the dark, for mail programs that ask for them (Apple Mail, Thunderbird, Outlook's apps by data-ogsc); the others
 * darken the light ones by themselves.
 */
const darkRules = (scope: string): string => `
${scope}.page, ${scope}.page > div { background-color: #131316 !important; }
${scope}.card, ${scope}.card > table { background: #1f1f23 !important; background-color: #1f1f23 !important; }
${scope}.tint, ${scope}.tint > table { background: #12342f !important; background-color: #12342f !important; }
${scope}.ink div, ${scope}.ink div a { color: #f4f4f5 !important; }
${scope}.soft div, ${scope}.soft div a { color: #c9c9d1 !important; }
${scope}.faint div, ${scope}.faint div a { color: #a1a1aa !important; }
${scope}.glow div { color: #5eead4 !important; }
${scope}.rule p { border-top-color: #3f3f46 !important; }
${scope}.badge div span { background-color: #5eead4 !important; color: #10201d !important; }
${scope}.press td, ${scope}.press a { background: #2dd4bf !important; background-color: #2dd4bf !important; color: #0b1f1c !important; }`;

/** A whole mail around the sections of a layout: page, styles of light and dark, who sends it and the way out. */
export const frame = ({ language, title, tradeName, contact, purpose }: LayoutParts, sections: string): string => `
<mjml lang="${language}" dir="ltr">
  <mj-head>
    <mj-title>${title}</mj-title>
    <mj-breakpoint width="480px" />
    <mj-attributes>
      <mj-all font-family="${FONT}" />
      <mj-text font-size="16px" line-height="26px" color="#3f3f46" padding="0" />
      <mj-section padding="0" />
      <mj-image padding="0" />
      <mj-button inner-padding="14px 28px" border-radius="10px" background-color="#0f766e" color="#ffffff" font-size="16px" font-weight="600" line-height="20px" padding="0" />
    </mj-attributes>
    <mj-raw>
      <meta name="color-scheme" content="light dark">
      <meta name="supported-color-schemes" content="light dark">
    </mj-raw>
    <mj-style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
a { color: #0f766e; }
.ink div, .soft div, .faint div, .press a { overflow-wrap: anywhere; }
.title h1, .faint div { text-wrap: balance; }
@media (max-width: 624px) { .page { padding: 0 12px; } }
@media (max-width: 480px) { .wide > table > tbody > tr > td { padding-left: 24px !important; padding-right: 24px !important; } .title h1 { font-size: 26px !important; line-height: 33px !important; } }
@media (prefers-color-scheme: dark) { body { background-color: #131316 !important; }${darkRules('')}
}${darkRules('[data-ogsc] ')}
    </mj-style>
  </mj-head>
  <mj-body background-color="#f1f1ef" css-class="page" width="600px">
    <mj-section padding="28px 0 0"><mj-column><mj-text font-size="1px" line-height="1px">&nbsp;</mj-text></mj-column></mj-section>
    ${sections}
    <mj-section padding="26px 12px 32px">
      <mj-column>
        <mj-text css-class="faint" align="center" font-size="13px" line-height="20px" color="#6b6b73">
          <strong>${tradeName}</strong><br />${contact}
        </mj-text>
        <mj-text css-class="faint" align="center" font-size="13px" line-height="20px" color="#6b6b73" padding="8px 0 0">
          ${
            purpose === 'appointment'
              ? whyAboutAppointment({ tradeName, contact })[language]
              : `${whyYouGetThis({ tradeName, contact })[language]}<br />
          <a href="{{ unsubscribeUrl }}" style="display:inline-block;padding:8px 12px;color:#6b6b73;text-decoration:underline">${unsubscribeLabel[language]}</a>`
          }
        </mj-text>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>`;

/** The title, which a screen reader finds as such. */
export const headingOf = ({ title }: LayoutParts, size: number): string =>
  `<h1 style="margin:0;font-size:${size}px;line-height:${size + 8}px;font-weight:inherit">${title}</h1>`;

/** Paragraphs one below the other. */
export const paragraphsOf = ({ paragraphs }: LayoutParts, align: 'left' | 'center' = 'left'): string =>
  paragraphs
    .map(
      (text, i) =>
        `<mj-text css-class="soft" align="${align}" padding="${i === 0 ? 0 : 16}px 0 0"><p style="margin:0">${text}</p></mj-text>`,
    )
    .join('\n');
