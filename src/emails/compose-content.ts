import type { EmailSource } from '#src/db/schema/emails.ts';
import { tooLong } from '#src/personalisation/inspect-liquid.ts';
import { LONGEST_TEMPLATE } from '#src/personalisation/liquid-engine.ts';
import type { Language } from '#src/platform/language.ts';
import { type FieldError, Problem } from '#src/platform/problem.ts';
import { checkLines } from './check-lines.ts';
import { checkSource } from './check-source.ts';
import { compileMjml } from './compile-mjml.ts';
import { atLine, type ContentWarning, MOST_MISTAKES, refuseContent } from './content-mistake.ts';
import { bodyVariables, findLiquidMistake } from './email-text.ts';
import { fillLayout } from './fill-layout.ts';
import type { MailPurpose, Sender } from './footer.ts';
import { type HiddenLiquid, hideLiquid } from './hide-liquid.ts';
import { inspectHtml } from './inspect-html.ts';
import { layOutMail } from './lay-out-mail.ts';
import { warnOf } from './warn-of.ts';

export type ContentInput = {
  subject: string;
  otherSubject?: string | null | undefined;
  preheader?: string | null | undefined;
  language: Language;
  /** Who sends it: by law it stands in the mail. */
  identity: Sender;
  /** Marketing unless told. */
  purpose?: MailPurpose | undefined;
};
/** With the address that links of ours begin with. */
export type ContentTerms = ContentInput & { publicUrl: string };

/** An email made once for all its recipients: Liquid templates in which links and the way out have their places. */
export type CompiledContent = {
  source: EmailSource;
  language: Language;
  subject: string;
  otherSubject: string | null;
  preheader: string | null;
  html: string;
  plain: string;
  /** Where its followed links lead: `{{ link1 }}` is the first. */
  links: string[];
  sizeBytes: number;
  warnings: ContentWarning[];
};

export type Composition = { source: EmailSource; input: ContentTerms };
export type Composed = { content: CompiledContent } | { refused: FieldError[] };

/** `compileContent` itself; a refusal is returned, as it comes from another thread. */
export async function composeContent({ source, input }: Composition): Promise<Composed> {
  try {
    return { content: await compose(source, input) };
  } catch (error) {
    if (error instanceof Problem && error.options.errors) return { refused: error.options.errors };
    throw error;
  }
}

async function compose(source: EmailSource, input: ContentTerms): Promise<CompiledContent> {
  const { publicUrl } = input;
  const mistakes = [...checkLines(input), ...checkSource(source, publicUrl)];
  if (mistakes.length > 0) throw refuseContent(mistakes);
  const { hidden, html } = await toHtml(source, input);
  const path = source.kind;
  const inspected = inspectHtml(html, { publicUrl, hidden });
  if (inspected.mistakes.length > 0)
    throw refuseContent(
      inspected.mistakes.slice(0, MOST_MISTAKES).map(({ at, text }) => ({
        path,
        message: atLine(source.kind === 'html' ? lineAt(html, at, hidden) : null, text),
      })),
    );
  const mail = layOutMail({ html, hidden, inspected, input, isOwnLayout: source.kind === 'layout' });
  for (const text of [mail.html, mail.plain]) {
    const mistake =
      text.length > LONGEST_TEMPLATE ? tooLong : findLiquidMistake(text, [...bodyVariables, ...slots(mail.links)]);
    if (mistake) throw refuseContent([{ path, message: mistake }]);
  }
  const { subject, otherSubject = null, preheader = null, language } = input;
  const warnings = warnOf({ ...mail, inspected, subject });
  return { source, language, subject, otherSubject, preheader, ...mail, warnings };
}

const slots = (links: string[]): string[] => ['pixel', ...links.map((_, index) => `link${index + 1}`)];

const lineAt = (html: string, at: number, hidden: HiddenLiquid): number =>
  hidden.restore(html.slice(0, at)).split('\n').length;

async function toHtml(source: EmailSource, input: ContentTerms): Promise<{ html: string; hidden: HiddenLiquid }> {
  if (source.kind === 'html') {
    const hidden = hideLiquid(source.html);
    return { html: hidden.text, hidden };
  }
  const hidden = hideLiquid(source.kind === 'mjml' ? source.mjml : fillLayout(source, input));
  const compiled = await compileMjml(hidden.text, hidden);
  if (!compiled.ok)
    throw refuseContent(
      compiled.mistakes.map(({ line, text }) => ({ path: source.kind, message: atLine(line, text) })),
    );
  return { html: compiled.html, hidden };
}
