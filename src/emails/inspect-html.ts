import { Parser } from 'htmlparser2';
import type { Text } from '#src/platform/language.ts';
import { checkCssImages, checkImage, type ImageRules } from './check-image.ts';
import { readLink } from './read-link.ts';

/** A place of the HTML that is replaced: once with links that are followed, once with where they lead. */
export type HtmlEdit = { begin: number; end: number; tracked: string; direct: string };
export type HtmlMistake = { at: number; text: Text };

export type Inspection = {
  mistakes: HtmlMistake[];
  edits: HtmlEdit[];
  /** Where followed links lead, by their number less one. */
  links: string[];
  /** A link that everybody gets. */
  hasUnsubscribe: boolean;
  /** It loads styles from elsewhere; they are taken out. */
  hadExternalStyles: boolean;
  /** A picture that says nothing to who does not see it. */
  hasMutePicture: boolean;
  /** Whether there is a document around it, and where its body begins and ends. */
  isDocument: boolean;
  bodyBegin: number;
  bodyEnd: number;
};

type Attributes = Record<string, string>;
type State = Inspection & { html: string; rules: ImageRules; unquoted: string[]; inStyle: boolean; depth: number };

const MOST_LINKS = 1000;
/** Far more than any mail program lays out. */
const DEEPEST = 300;
const FORBIDDEN = new Set(
  'script form input select textarea option iframe frame frameset object embed applet base svg math audio video'.split(
    ' ',
  ),
);
const PICTURES: Record<string, string[]> = {
  img: ['src'],
  source: ['src'],
  table: ['background'],
  td: ['background'],
  body: ['background'],
};
const FORBIDDEN_ATTRIBUTES = /^(on.*|srcset|srcdoc|formaction|action|ping)$/;
const RUNS = /^\s*(javascript|vbscript|data)\s*:/i;
const DANGEROUS_CSS = /expression\s*\(|javascript\s*:|-moz-binding|behavior\s*:/i;
const IMPORT = /@import[^;]*;?/gi;

/** Reads an email's HTML, its Liquid hidden: what may not stand in it, which links it has, where it begins and ends. */
export function inspectHtml(html: string, rules: ImageRules): Inspection {
  const state: State = {
    mistakes: [],
    edits: [],
    links: [],
    hasUnsubscribe: false,
    hadExternalStyles: false,
    hasMutePicture: false,
    isDocument: false,
    bodyBegin: 0,
    bodyEnd: html.length,
    html,
    rules,
    unquoted: [],
    inStyle: false,
    depth: 0,
  };
  const parser = new Parser({
    onattribute: (_, value, quote) => void (quote === null && state.unquoted.push(value)),
    onopentag: (name, attributes) => openElement(state, name, attributes, [parser.startIndex, parser.endIndex + 1]),
    onclosetag: (name, implied) => closeElement(state, name, implied ? null : parser.startIndex),
    ontext: (text) => state.inStyle && readStyles(state, text, [parser.startIndex, parser.endIndex + 1]),
  });
  parser.end(html);
  return state;
}

type Range = [begin: number, end: number];

function openElement(state: State, name: string, attributes: Attributes, range: Range): void {
  const refuse = (text: Text) => state.mistakes.push({ at: range[0], text });
  if (++state.depth === DEEPEST) refuse(tooDeep);
  if (FORBIDDEN.has(name)) refuse(noElement(name));
  if (name === 'meta' && attributes['http-equiv']?.toLowerCase() === 'refresh') refuse(noElement('meta refresh'));
  if (name === 'link') removeLink(state, range);
  if (name === 'style') state.inStyle = true;
  if (name === 'img') state.hasMutePicture ||= attributes['alt'] === undefined;
  if (name === 'html' || name === 'body' || name === 'head') state.isDocument = true;
  if (name === 'html' || name === 'body') state.bodyBegin = range[1];
  if (hasHidden(state, name)) refuse(noVariable);
  for (const text of checkAttributes(state, name, attributes)) refuse(text);
  if (name === 'a' || name === 'area') openLink(state, name, attributes, range);
}

function closeElement(state: State, name: string, at: number | null): void {
  state.depth--;
  if (name === 'style') state.inStyle = false;
  if ((name === 'body' || name === 'html') && at !== null) state.bodyEnd = Math.min(state.bodyEnd, at);
}

const hasHidden = ({ rules }: State, text: string): boolean => rules.hidden.wordsIn(text).length > 0;
const putsOut = ({ rules }: State, text: string): boolean => rules.hidden.find(text).some(({ output }) => output);

function* checkAttributes(state: State, element: string, attributes: Attributes): Iterable<Text> {
  const unquoted = state.unquoted.splice(0);
  if (unquoted.some((value) => hasHidden(state, value))) yield notQuoted;
  for (const [name, value] of Object.entries(attributes)) {
    if (hasHidden(state, name)) yield noVariable;
    if (FORBIDDEN_ATTRIBUTES.test(name)) yield noAttribute(name);
    else if (RUNS.test(value) && name !== 'src' && name !== 'href')
      yield noAttribute(`${name}="${value.slice(0, 20)}…"`);
    if (PICTURES[element]?.includes(name)) {
      const mistake = checkImage(value, state.rules);
      if (mistake) yield mistake;
    }
    if (name === 'style') yield* checkStyles(state, value);
  }
}

function* checkStyles(state: State, css: string): Iterable<Text> {
  if (DANGEROUS_CSS.test(css)) yield noAttribute('style="…"');
  if (putsOut(state, css)) yield noVariable;
  yield* checkCssImages(css.replace(IMPORT, ''), state.rules);
}

function removeLink(state: State, [begin, end]: Range): void {
  state.hadExternalStyles = true;
  state.edits.push({ begin, end, tracked: '', direct: '' });
}

function readStyles(state: State, text: string, [begin, end]: Range): void {
  for (const mistake of checkStyles(state, text)) state.mistakes.push({ at: begin, text: mistake });
  const own = text.replace(IMPORT, '');
  if (own === text) return;
  state.hadExternalStyles = true;
  state.edits.push({ begin, end, tracked: own, direct: own });
}

function openLink(state: State, name: string, attributes: Attributes, [begin, end]: Range): void {
  if (attributes['href'] === undefined) return;
  const { hidden } = state.rules;
  const target = readLink(attributes['href'], hidden);
  const edit = (tracked: string, direct: string) =>
    state.edits.push({
      begin,
      end,
      tracked: writeTag(name, { ...attributes, href: tracked }),
      direct: writeTag(name, { ...attributes, href: direct }),
    });
  if (target.kind === 'mistake') state.mistakes.push({ at: begin, text: target.text });
  else if (target.kind === 'unsubscribe') state.hasUnsubscribe ||= hidden.find(attributes['href'])[0]!.depth === 0;
  else if (target.kind === 'untouched') edit(target.href, target.href);
  else {
    const number = numberOf(state, target.url);
    edit(number === null ? target.url : hidden.hide(`{{ link${number} }}`), target.url);
  }
}

/** The same address has the same number; null: there are too many. */
function numberOf({ links }: State, url: string): number | null {
  const known = links.indexOf(url);
  if (known >= 0) return known + 1;
  return links.length < MOST_LINKS ? links.push(url) : null;
}

function writeTag(name: string, attributes: Attributes): string {
  const written = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${value.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`,
  );
  return `<${name}${written.join('')}>`;
}

const tooDeep: Text = {
  en: `Elements stand inside one another more than ${DEEPEST} deep`,
  tr: `Öğeler ${DEEPEST} kattan fazla iç içe`,
};
const noElement = (name: string): Text => ({
  en: `<${name}> cannot be used in an email: mail programs do not run or show it`,
  tr: `<${name}> e-postada kullanılamaz: e-posta programları çalıştırmaz ya da göstermez`,
});
const noAttribute = (name: string): Text => ({
  en: `${name} cannot be used in an email`,
  tr: `${name} e-postada kullanılamaz`,
});
const noVariable: Text = {
  en: 'A variable cannot stand inside a tag or a style; it can in text and in quoted attributes such as href or alt',
  tr: 'Değişken bir etiketin ya da stilin içinde kullanılamaz; metinde ve href, alt gibi tırnaklı özniteliklerde kullanılabilir',
};
const notQuoted: Text = {
  en: 'A variable in an attribute needs quotes around the value',
  tr: 'Öznitelik içindeki değişkenin değeri tırnak içinde olmalı',
};
