import { defaultOperators, type Token, Tokenizer, type TopLevelToken, TypeGuards } from 'liquidjs';
import { shorten, TemplateMistake } from './template-mistake.ts';
import { textFilters } from './text-filters.ts';

const { isOutputToken, isTagToken, isOperatorToken, isPropertyAccessToken, isRangeToken } = TypeGuards;
const DEEPEST = 16;
const CONDITIONS = new Set(['if', 'elsif', 'unless', 'case']);
const OPENING = new Set(['if', 'unless', 'case']);

type ExpressionToken = ReturnType<Tokenizer['readFilteredValue']>;

/** Every name that the tokens read; `found` is told of each place. Throws TemplateMistake for whatever LiquidJS would let pass in silence. */
export function checkExpressions(
  tokens: TopLevelToken[],
  allowed: readonly string[],
  found?: (token: Token) => void,
): Set<string> {
  const names = new Set<string>();
  const check = (token: Token | undefined) => {
    const name = token && readName(token, allowed);
    if (!name) return;
    names.add(name);
    found?.(token);
  };
  let depth = 0;
  for (const token of tokens) {
    if (isOutputToken(token)) checkExpression(token, token.contentRange, check);
    if (!isTagToken(token)) continue;
    if (CONDITIONS.has(token.name)) checkExpression(token, [token.tokenizer.p, token.contentRange[1]], check);
    if (token.name === 'when') checkWhen(token, token.tokenizer.p, token.contentRange[1], check);
    if (OPENING.has(token.name)) depth++;
    if (token.name.startsWith('end')) depth--;
    if (depth > DEEPEST)
      throw new TemplateMistake(token, { en: 'conditions are nested too deeply', tr: 'koşullar çok fazla iç içe' });
  }
  return names;
}

type Check = (token: Token | undefined) => void;

function checkExpression(token: Token, range: [number, number], check: Check): void {
  const tokenizer = new Tokenizer(token.input, defaultOperators, undefined, range);
  tokenizer.skipBlank();
  if (tokenizer.end())
    throw new TemplateMistake(token, { en: `${token.getText()} is empty`, tr: `${token.getText()} boş` });
  const expression = tokenizer.readFilteredValue();
  tokenizer.skipBlank();
  if (!tokenizer.end() || !isBalanced(expression)) throw notUnderstood(token);
  for (const value of expression.initial.postfix) check(value);
  for (const filter of expression.filters) checkFilter(filter, check);
}

/** One value, or values joined by operators: `firstName lastName` is neither. */
function isBalanced({ initial }: ExpressionToken): boolean {
  const operators = initial.postfix.filter(isOperatorToken).filter((operator) => operator.operator !== 'not').length;
  const values = initial.postfix.filter((token) => !isOperatorToken(token)).length;
  return values === operators + 1;
}

function checkFilter(filter: ExpressionToken['filters'][number], check: Check): void {
  const known = Object.hasOwn(textFilters, filter.name) ? textFilters[filter.name] : undefined;
  if (!known) {
    const names = Object.keys(textFilters).join(', ');
    throw new TemplateMistake(filter, {
      en: `there is no filter "${filter.name}"; there are ${names}`,
      tr: `"${filter.name}" adında bir filtre yok; olanlar: ${names}`,
    });
  }
  const { min, max } = known.values;
  if (filter.args.length < min || filter.args.length > max || filter.args.some(Array.isArray))
    throw new TemplateMistake(filter, {
      en: `the filter "${filter.name}" takes ${max === 0 ? 'no value' : `${min === max ? min : `${min} to ${max}`} value(s) after a colon`}`,
      tr: `"${filter.name}" filtresi ${max === 0 ? 'değer almaz' : `iki noktadan sonra ${min === max ? min : `${min}–${max}`} değer alır`}`,
    });
  for (const argument of filter.args) check(argument as Token);
}

function checkWhen(token: Token, begin: number, end: number, check: Check): void {
  const tokenizer = new Tokenizer(token.input, defaultOperators, undefined, [begin, end]);
  do {
    check(tokenizer.readValueOrThrow());
    tokenizer.skipBlank();
  } while (
    !tokenizer.end() &&
    (tokenizer.read() === ',' || tokenizer.input.slice(tokenizer.p - 1, ++tokenizer.p) === 'or')
  );
  if (!tokenizer.end()) throw notUnderstood(token);
}

/** The name of a variable; null: a value that stands for itself. */
function readName(token: Token, allowed: readonly string[]): string | null {
  if (isRangeToken(token)) throw notUnderstood(token);
  if (!isPropertyAccessToken(token)) return null;
  const name = token.getText();
  if (!allowed.includes(name))
    throw new TemplateMistake(token, {
      en: `there is no variable "${shorten(name)}"; there are ${allowed.join(', ')}`,
      tr: `"${shorten(name)}" adında bir değişken yok; olanlar: ${allowed.join(', ')}`,
    });
  return name;
}

const notUnderstood = (token: Token): TemplateMistake => {
  const subject = shorten(token.getText());
  return new TemplateMistake(token, { en: `cannot be understood: ${subject}`, tr: `anlaşılamadı: ${subject}` });
};
