import { defaultOptions, Tokenizer, type TopLevelToken, TypeGuards } from 'liquidjs';
import type { Text } from '#src/platform/language.ts';
import { shorten } from './template-mistake.ts';

/** Noncharacters of Unicode: no text that comes from people holds them. */
const [OPEN, NEXT, CLOSE] = ['\uFDD0', '\uFDD1', '\uFDD2'];
/** A brace that stands for itself: two of them must not become Liquid's. */
const BRACE = '\uFDD3';
const MARKS = /[\uFDD0-\uFDD3]/g;
const MOST_NESTED = 3;
const ESCAPABLE = new Set(['{', '|', '}', '\\']);

/** Which of `count` alternatives; `index` numbers the choices of a text in the order in which they begin. */
export type Pick = (index: number, count: number) => number;

export class SpintaxMistake extends Error {
  readonly text: Text;

  constructor(source: string, at: number, text: Text) {
    const line = source.slice(0, at).split('\n').length;
    super(text.en);
    this.text = { en: `Line ${line}: ${text.en}`, tr: `${line}. satır: ${text.tr}` };
  }
}

/** No text that people wrote can be taken for marks. */
export const withoutMarks = (text: string): string => text.replaceAll(MARKS, '');
export const hasMarks = (marked: string): boolean => marked !== withoutMarks(marked);

/**
 * Reads `{Merhaba|Selam}`, nested up to three deep, and puts marks in place of the signs; `\{`, `\|`, `\}` and `\\` stand for
 * themselves. What Liquid owns, `{{ … }}`, `{% … %}` and all inside raw, is left as it is. Throws SpintaxMistake.
 * @returns the text, and each alternative by itself: Liquid must be able to read every one alone.
 */
export function markChoices(text: string): { marked: string; alternatives: string[] } {
  const source = withoutMarks(text);
  const state: Reading = { source, out: '', open: [], alternatives: [] };
  let raw = false;
  for (const token of new Tokenizer(source).readTopLevelTokens(defaultOptions)) {
    const [begin, end] = [token.begin, token.end];
    if (TypeGuards.isHTMLToken(token) && !raw) readText(state, begin, end);
    else state.out += source.slice(begin, end);
    if (TypeGuards.isTagToken(token)) raw = isRaw(token, raw);
  }
  const [unclosed] = state.open;
  if (unclosed) throw new SpintaxMistake(source, unclosed.at, neverClosed(source.slice(unclosed.at)));
  return { marked: state.out, alternatives: state.alternatives };
}

type Reading = {
  source: string;
  out: string;
  /** The choices that are open, outermost first: where each began, and where its present alternative begins in `out`. */
  open: { at: number; from: number; count: number }[];
  alternatives: string[];
};

const isRaw = (token: TopLevelToken & { name: string }, raw: boolean): boolean =>
  token.name === 'raw' ? true : token.name === 'endraw' ? false : raw;

function readText(state: Reading, begin: number, end: number): void {
  const { source } = state;
  for (let at = begin; at < end; at++) {
    const sign = source[at]!;
    const escaped = sign === '\\' && at + 1 < end && ESCAPABLE.has(source[at + 1]!);
    if (escaped) state.out += source[++at] === '{' ? BRACE : source[at];
    else if (sign === '{') openChoice(state, at);
    else if (sign === '|' && state.open.length > 0) nextAlternative(state);
    else if (sign === '}' && state.open.length > 0) closeChoice(state);
    else state.out += sign;
  }
}

function openChoice(state: Reading, at: number): void {
  if (state.open.length === MOST_NESTED)
    throw new SpintaxMistake(state.source, at, {
      en: `alternatives can be nested ${MOST_NESTED} deep at most`,
      tr: `seçenekler en çok ${MOST_NESTED} kat iç içe olabilir`,
    });
  state.out += OPEN;
  state.open.push({ at, from: state.out.length, count: 1 });
}

function nextAlternative(state: Reading): void {
  const choice = state.open.at(-1)!;
  state.alternatives.push(state.out.slice(choice.from));
  state.out += NEXT;
  choice.from = state.out.length;
  choice.count++;
}

function closeChoice(state: Reading): void {
  const choice = state.open.pop()!;
  if (choice.count === 1)
    throw new SpintaxMistake(state.source, choice.at, noAlternatives(state.source.slice(choice.at)));
  state.alternatives.push(state.out.slice(choice.from));
  state.out += CLOSE;
}

const neverClosed = (subject: string): Text => ({
  en: `${shorten(subject)} is never closed with }; for the sign itself write \\{`,
  tr: `${shorten(subject)} için } eksik; işaretin kendisi için \\{ yazın`,
});
const noAlternatives = (subject: string): Text => ({
  en: `${shorten(subject)} has no alternatives such as {Hello|Hi}; a variable is written {{ firstName }}, the sign itself \\{`,
  tr: `${shorten(subject)} içinde {Merhaba|Selam} gibi seçenekler yok; değişken {{ firstName }}, işaretin kendisi \\{ yazılır`,
});

/** The text with one alternative of each choice. */
export function pickChoices(marked: string, pick: Pick): string {
  let index = 0;
  return walk(marked, {
    text: (text) => text.replaceAll(BRACE, '{'),
    choice: () => {
      const own = index++;
      return (alternatives) => alternatives[pick(own, alternatives.length)]!;
    },
    join: (parts) => parts.join(''),
  });
}

/** UTF-16 units of the text with the longest alternative of each choice. */
export const longestChoices = (marked: string): number =>
  walk<number>(marked, {
    text: (text) => text.length,
    choice: () => (alternatives) => Math.max(...alternatives),
    join: (parts) => parts.reduce((sum, part) => sum + part, 0),
  });

type Walker<T> = {
  text(text: string): T;
  /** Called where a choice begins; what it returns, where it ends. */
  choice(): (alternatives: T[]) => T;
  join(parts: T[]): T;
};

function walk<T>(marked: string, { text, choice, join }: Walker<T>): T {
  type Level = { close: ((alternatives: T[]) => T) | null; alternatives: T[]; parts: T[] };
  const levels: Level[] = [{ close: null, alternatives: [], parts: [] }];
  for (const piece of marked.split(/([\uFDD0-\uFDD2])/)) {
    const level = levels.at(-1)!;
    if (piece === OPEN) levels.push({ close: choice(), alternatives: [], parts: [] });
    else if (piece === NEXT) {
      level.alternatives.push(join(level.parts));
      level.parts = [];
    } else if (piece === CLOSE) {
      levels.pop();
      levels.at(-1)!.parts.push(level.close!([...level.alternatives, join(level.parts)]));
    } else if (piece !== '') level.parts.push(text(piece));
  }
  return join(levels[0]!.parts);
}
