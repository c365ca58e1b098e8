import { escapeHtml } from '#src/personalisation/text-filters.ts';
import type { ContentTerms } from './compose-content.ts';
import { footerHtml } from './footer.ts';
import { type HiddenLiquid, hideLiquid } from './hide-liquid.ts';
import type { HtmlEdit, Inspection } from './inspect-html.ts';
import { plainTextOf } from './plain-text-of.ts';
import { preheaderHtml } from './preheader.ts';

type Draft = {
  html: string;
  hidden: HiddenLiquid;
  inspected: Inspection;
  input: ContentTerms;
  /** Our own layouts say who sends them, and how to have no more. */
  isOwnLayout: boolean;
};
export type LaidOutMail = { html: string; plain: string; links: string[]; sizeBytes: number };

/** Around a few paragraphs that bring no layout of their own: readable, and not at the very edge. */
const TEXT_FRAME = [
  '<div style="max-width:600px;margin:0 auto;padding:24px 20px;overflow-wrap:anywhere;font-family:-apple-system,BlinkMacSystemFont,\'Segoe UI\',Roboto,Helvetica,Arial,sans-serif;font-size:16px;line-height:1.6;color:#18181b">',
  '</div>',
] as const;

/** Of a link that is followed, beyond the address of the site. */
const TOKEN_LENGTH = 95;

/** The mail with all that belongs into it: preheader, footer, places for links and pixel; and its plain text. */
export function layOutMail({ html, hidden, inspected, input, isOwnLayout }: Draft): LaidOutMail {
  const way = (edit: HtmlEdit) => edit.direct;
  const footer =
    isOwnLayout || isComplete(plainTextOf(assemble(html, inspected, way, ['', ''])), inspected, input)
      ? ''
      : footerHtml(
          input.identity,
          input.language,
          input.purpose === 'appointment' ? null : hidden.hide('{{ unsubscribeUrl }}'),
        );
  const plain = plainTextOf(assemble(html, inspected, way, ['', footer]));
  const head = input.preheader?.trim() ? preheaderHtml(hideIn(hidden, input.preheader.trim())) : '';
  const [open, close] = inspected.isDocument || /<table\b/i.test(html) ? ['', ''] : TEXT_FRAME;
  const tail = `${close}${footer}${hidden.hide('{{ pixel }}')}`;
  const body = assemble(html, inspected, (edit) => edit.tracked, [head + open, tail]);
  const document = hidden.restore(inspected.isDocument ? body : wrap(body, input));
  return {
    html: document,
    plain: hidden.restore(plain),
    links: inspected.links,
    sizeBytes: Buffer.byteLength(document) + inspected.links.length * (input.publicUrl.length + TOKEN_LENGTH),
  };
}

/** The HTML with its edits made, something put at the head of its body and something at the end. */
function assemble(
  html: string,
  { edits, bodyBegin, bodyEnd }: Inspection,
  write: (edit: HtmlEdit) => string,
  [head, tail]: [string, string],
): string {
  const all = [
    ...edits.map((edit) => ({ begin: edit.begin, end: edit.end, text: write(edit) })),
    { begin: bodyBegin, end: bodyBegin, text: head },
    { begin: bodyEnd, end: bodyEnd, text: tail },
  ].sort((a, b) => a.begin - b.begin || a.end - b.end);
  let at = 0;
  let out = '';
  for (const { begin, end, text } of all) {
    out += html.slice(at, begin) + text;
    at = end;
  }
  return out + html.slice(at);
}

/** Whether it says who sends it, how to reach him, and, where it is marketing, how everybody has no more of it. */
function isComplete(
  plain: string,
  { hasUnsubscribe }: Inspection,
  { identity, language, purpose }: ContentTerms,
): boolean {
  const fold = (text: string) => text.replaceAll(/\s+/g, ' ').trim().toLocaleLowerCase(language);
  const said = fold(plain);
  return (
    (hasUnsubscribe || purpose === 'appointment') &&
    said.includes(fold(identity.tradeName)) &&
    said.includes(fold(identity.contact))
  );
}

/** Text with Liquid of its own, as HTML among what is hidden already. */
function hideIn(hidden: HiddenLiquid, text: string): string {
  const own = hideLiquid(text);
  return own.restore(escapeHtml(own.text), ({ source }) => hidden.hide(source));
}

const wrap = (body: string, { language, identity }: ContentTerms): string => `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(identity.tradeName).replaceAll('{', '&#123;')}</title>
<style>body{margin:0;padding:0}img{max-width:100%;height:auto;border:0}</style>
</head>
<body>
${body}
</body>
</html>
`;
