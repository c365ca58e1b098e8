import { defaultOptions, type Template, Tokenizer } from 'liquidjs';
import type { Language, Text } from '#src/platform/language.ts';
import { checkExpressions } from './check-expressions.ts';
import { createLiquidEngine, LONGEST_TEMPLATE } from './liquid-engine.ts';
import { explainLiquidError } from './template-mistake.ts';

/** What a campaign's text may say of its recipient. */
export const campaignVariables = ['firstName', 'lastName', 'fullName', 'phone', 'email'] as const;
export type CampaignVariable = (typeof campaignVariables)[number];

/** A text that has been checked, ready to be rendered any number of times. */
export type PersonalisedText = { readonly parts: Template[]; readonly variables: readonly string[] };
export type Variables = Readonly<Record<string, string | null | undefined>>;

const engines = { tr: createLiquidEngine('tr'), en: createLiquidEngine('en') };

/** Reads `Hello {{ firstName | default: "there" }}`; whatever a render could stumble over is refused here, with its line. */
export function parsePersonalised(
  text: string,
  allowed: readonly string[] = campaignVariables,
): { ok: true; template: PersonalisedText } | { ok: false; error: Text } {
  if (text.length > LONGEST_TEMPLATE) return { ok: false, error: { en: 'The text is too long', tr: 'Metin çok uzun' } };
  try {
    const variables = checkExpressions(new Tokenizer(text).readTopLevelTokens(defaultOptions), allowed);
    return { ok: true, template: { parts: engines.tr.parse(text), variables: [...variables] } };
  } catch (error) {
    return { ok: false, error: explainLiquidError(error) };
  }
}

/** The text for one recipient. Missing and blank variables are nil to conditions and empty on paper. Never throws. */
export function renderPersonalised(
  template: PersonalisedText,
  variables: Variables,
  language: Language = 'tr',
): string {
  const known: Record<string, string> = {};
  for (const name of template.variables) {
    const value = variables[name];
    if (value?.trim()) known[name] = value;
  }
  return engines[language].renderSync(template.parts, known) as string;
}

export const variablesUsed = (template: PersonalisedText): readonly string[] => template.variables;
