import { defaultOptions, type Token, Tokenizer, type TopLevelToken, TypeGuards } from 'liquidjs';
import { checkExpressions } from './check-expressions.ts';

/** Means nothing to Liquid, to HTML or among alternatives. */
const HARMLESS = /^[^{}|%\\<>&"']*$/;

/**
 * The text with what is known now in the place of its names, for good: `{{ organization.name }}` becomes `Acme`, and in a condition or
 * before a filter `"Acme"`. Null and blank: nothing. Names that are not in `known` stay. The text has been checked for `allowed`.
 */
export function freezeValues(
  text: string,
  known: Readonly<Record<string, string | null>>,
  allowed: readonly string[],
): string {
  const tokens = new Tokenizer(text).readTopLevelTokens(defaultOptions);
  const places: Token[] = [];
  checkExpressions(tokens, allowed, (token) => Object.hasOwn(known, token.getText()) && places.push(token));
  let out = '';
  let from = 0;
  for (const place of places.toSorted((a, b) => a.begin - b.begin)) {
    const { begin, end, value } = replace(place, tokens, known[place.getText()] ?? '');
    out += text.slice(from, begin) + value;
    from = end;
  }
  return out + text.slice(from);
}

type Replacement = { begin: number; end: number; value: string };

/** A name that stands alone between its braces goes with them. */
function replace(place: Token, tokens: TopLevelToken[], value: string): Replacement {
  const around = tokens.find(({ begin, end }) => begin <= place.begin && place.end <= end)!;
  const alone = TypeGuards.isOutputToken(around) && around.getText() === `{{ ${place.getText()} }}`;
  if (alone && HARMLESS.test(value)) return { begin: around.begin, end: around.end, value: value.trim() };
  return { begin: place.begin, end: place.end, value: value.trim() === '' ? 'nil' : quote(value) };
}

/** A Liquid string. Whatever could end it, or look like Liquid from outside, is written by its number. */
const quote = (value: string): string =>
  `"${value.replaceAll(/[^\p{L}\p{N} .,:;!?()/+@_-]/gu, (sign) => Array.from({ length: sign.length }, (_, i) => `\\u${sign.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''))}"`;
