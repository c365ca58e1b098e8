import { createHash } from 'node:crypto';
import { defaultOptions, type Template, Tokenizer } from 'liquidjs';
import type { Language, Text } from '#src/platform/language.ts';
import { checkExpressions } from './check-expressions.ts';
import { createLiquidEngine, LONGEST_TEMPLATE } from './liquid-engine.ts';
import { hasMarks, longestChoices, markChoices, pickChoices, SpintaxMistake, withoutMarks } from './spintax.ts';
import { explainLiquidError } from './template-mistake.ts';

/** What a campaign's text may say of its recipient. */
export const campaignVariables = ['firstName', 'lastName', 'fullName', 'phone', 'email'] as const;
export type CampaignVariable = (typeof campaignVariables)[number];

/** A text that has been checked, ready to be rendered any number of times. */
export type PersonalisedText = {
  readonly parts: Template[];
  readonly variables: readonly string[];
  /** Whether it offers alternatives, `{Merhaba|Selam}`, or spells a brace, `\{`. */
  readonly marked: boolean;
};
export type Variables = Readonly<Record<string, string | null | undefined>>;

const engines = { tr: createLiquidEngine('tr'), en: createLiquidEngine('en') };

/**
 * Reads `{Hello|Hi} {{ firstName | default: "there" }}`; whatever a render could stumble over is refused here, with its line.
 * A condition begins and ends within one alternative.
 */
export function parsePersonalised(
  text: string,
  allowed: readonly string[] = campaignVariables,
): { ok: true; template: PersonalisedText } | { ok: false; error: Text } {
  if (text.length > LONGEST_TEMPLATE) return { ok: false, error: { en: 'The text is too long', tr: 'Metin çok uzun' } };
  try {
    const variables = checkExpressions(new Tokenizer(text).readTopLevelTokens(defaultOptions), allowed);
    const { marked, alternatives } = markChoices(text);
    const parts = engines.tr.parse(marked);
    for (const alternative of alternatives) engines.tr.parse(alternative);
    return { ok: true, template: { parts, variables: [...variables], marked: hasMarks(marked) } };
  } catch (error) {
    return { ok: false, error: error instanceof SpintaxMistake ? error.text : explainLiquidError(error) };
  }
}

/**
 * The text for one recipient. Missing and blank variables are nil to conditions and empty on paper. The same `seed` chooses
 * the same alternatives, for ever. Never throws.
 */
export function renderPersonalised(
  template: PersonalisedText,
  variables: Variables,
  language: Language = 'tr',
  seed = '',
): string {
  const rendered = render(template, variables, language);
  return template.marked ? pickChoices(rendered, (index, count) => draw(seed, index, count)) : rendered;
}

/** UTF-16 units of the longest text that the recipient could get, whatever is chosen. */
export function longestPersonalised(template: PersonalisedText, variables: Variables, language: Language): number {
  const rendered = render(template, variables, language);
  return template.marked ? longestChoices(rendered) : rendered.length;
}

/** All alternatives, between marks. */
function render(template: PersonalisedText, variables: Variables, language: Language): string {
  const known: Record<string, string> = {};
  for (const name of template.variables) {
    const value = variables[name];
    if (value?.trim()) known[name] = template.marked ? withoutMarks(value) : value;
  }
  return engines[language].renderSync(template.parts, known) as string;
}

const draw = (seed: string, index: number, count: number): number =>
  createHash('sha256').update(`${seed}:${index}`).digest().readUInt32BE() % count;

export const variablesUsed = (template: PersonalisedText): readonly string[] => template.variables;
