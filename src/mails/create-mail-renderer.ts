import type { Language } from '#src/platform/language.ts';
import { runApart } from '#src/platform/run-apart.ts';
import type { compileFrame } from './compile-frame.ts';
import type { MailData, MailKind } from './mail-data.ts';
import { mailFrame, mailPlain } from './mail-frame.ts';
import { type MailText, mailTexts } from './mail-texts.ts';

export type RenderedMail = { subject: string; html: string; plain: string };
export type RenderMail = <K extends MailKind>(kind: K, language: Language, data: MailData[K]) => Promise<RenderedMail>;

type Values = Record<string, string | number>;
type Compiled = { text: MailText; html: string; plain: string };

const FRAMES = new URL('./compile-frame.ts', import.meta.url);
const GAP = /\{(\w+)\}/g;
/** Word processors and mail programs may show what is left to right as right to left, and worse. */
const UNSEEN = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/** Fills the system's mails in; each template is compiled once. Whatever a name holds, it stays text. */
export function createMailRenderer(): RenderMail {
  const kept = new Map<string, Promise<Compiled>>();
  const compiledFor = (kind: MailKind, language: Language): Promise<Compiled> => {
    const key = `${kind} ${language}`;
    const known = kept.get(key);
    if (known) return known;
    const made = compile(language, mailTexts[kind][language]);
    kept.set(key, made);
    // whoever comes next tries again
    made.catch(() => kept.delete(key));
    return made;
  };
  return async (kind, language, data) => {
    const { text, html, plain } = await compiledFor(kind, language);
    const values = written(data, language);
    return {
      subject: fill(text.subject, values, (value) => value),
      html: fill(withoutEmpty(html, values), values, escapeHtml),
      plain: fill(withoutEmpty(plain, values), values, (value) => value),
    };
  };
}

/** Apart: MJML alone takes a second to load. */
async function compile(language: Language, text: MailText): Promise<Compiled> {
  const mjml = mailFrame(language, text);
  const html = await runApart<string, Awaited<ReturnType<typeof compileFrame>>>(FRAMES, 'compileFrame', mjml);
  return { text, html, plain: mailPlain(language, text) };
}

/** Numbers as they are written there; one line each. */
function written(data: Values, language: Language): Record<string, string> {
  const numbers = new Intl.NumberFormat(language);
  const write = (value: string | number) =>
    typeof value === 'number' ? numbers.format(value) : value.replaceAll(UNSEEN, ' ').trim();
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, write(value)]));
}

const fill = (template: string, values: Record<string, string>, encode: (value: string) => string): string =>
  template.replaceAll(GAP, (whole, name: string) => (Object.hasOwn(values, name) ? encode(values[name]!) : whole));

/** A line that only names what nobody has told is left out: “Where:” and nothing behind it. */
const withoutEmpty = (template: string, values: Record<string, string>): string =>
  template.replaceAll(/(?:<br\s*\/?>|\n)[^<>{}\n]*\{(\w+)\}/g, (line, name: string) =>
    values[name] === '' ? '' : line,
  );

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign]!);
