import { defaultOptions, Tokenizer, type TopLevelToken, TypeGuards } from 'liquidjs';

/** A piece of Liquid, of which nothing but a word stands in the text. */
export type HiddenPiece = {
  source: string;
  /** `{{ … }}`: puts something out; `{% … %}` and signs that stand for themselves do not. */
  output: boolean;
  /** The variable, of `{{ variable }}` and nothing more. */
  variable: string | null;
  /** Inside how many conditions. */
  depth: number;
};

/** A text whose Liquid is hidden from whoever parses HTML; the words survive any of them, in any place. */
export type HiddenLiquid = {
  text: string;
  /** Hides one more piece, of ours: the word for it. */
  hide(source: string): string;
  find(text: string): HiddenPiece[];
  wordsIn(text: string): string[];
  /** The Liquid in its place again; whatever else looks like it stands for itself. `as` may say otherwise of a piece. */
  restore(text: string, as?: (piece: HiddenPiece) => string): string;
};

const DELIMITERS = /\{[{%]/g;
const VARIABLE = /^\{\{-?\s*(\w+)\s*-?\}\}$/;

/** Puts a word in the place of each piece of Liquid. The text has been checked already. */
export function hideLiquid(source: string): HiddenLiquid {
  const word = chooseWord(source);
  const pieces: HiddenPiece[] = [];
  const pattern = new RegExp(`${word}(\\d+)z`, 'g');
  const hide = (piece: string, depth = 0): string => {
    pieces.push({ source: piece, output: piece.startsWith('{{'), variable: VARIABLE.exec(piece)?.[1] ?? null, depth });
    return `${word}${pieces.length - 1}z`;
  };
  const find = (text: string) => Array.from(text.matchAll(pattern), ([, index]) => pieces[Number(index)]!);
  const either = new RegExp(`${pattern.source}|${DELIMITERS.source}`, 'g');
  return {
    text: hideTokens(source, hide),
    hide,
    find,
    wordsIn: (text) => text.match(pattern) ?? [],
    restore: (text, as = (piece) => piece.source) =>
      text.replace(either, (found, index?: string) =>
        index === undefined ? `{% raw %}${found}{% endraw %}` : as(pieces[Number(index)]!),
      ),
  };
}

/** No word of the text's own. */
function chooseWord(source: string): string {
  const text = source.toLowerCase();
  for (let i = 0; ; i++) if (!text.includes(`ulq${i}n`)) return `ulq${i}n`;
}

function hideTokens(source: string, hide: (piece: string, depth: number) => string): string {
  let depth = 0;
  let out = '';
  for (const token of new Tokenizer(source).readTopLevelTokens(defaultOptions)) {
    const text = source.slice(token.begin, token.end);
    const name = tagName(token);
    // What stands between raw and endraw comes as text; its signs are hidden one by one
    if (name === 'raw' || name === 'endraw') continue;
    if (name?.startsWith('end')) depth--;
    if (TypeGuards.isHTMLToken(token))
      out += text.replace(DELIMITERS, (signs) => hide(`{% raw %}${signs}{% endraw %}`, depth));
    else out += hide(text, depth);
    if (name === 'if' || name === 'unless' || name === 'case') depth++;
  }
  return out;
}

const tagName = (token: TopLevelToken): string | null => (TypeGuards.isTagToken(token) ? token.name : null);
