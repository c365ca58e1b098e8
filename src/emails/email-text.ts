import type { Template, TopLevelToken } from 'liquidjs';
import { defaultOptions, Tokenizer } from 'liquidjs';
import type { Language, Text } from '#src/platform/language.ts';
import { checkExpressions } from '#src/templates/check-expressions.ts';
import { createLiquidEngine, LONGEST_TEMPLATE } from '#src/templates/liquid-engine.ts';
import { campaignVariables } from '#src/templates/personalisation.ts';
import { explainLiquidError } from '#src/templates/template-mistake.ts';

const engines = { tr: createLiquidEngine('tr'), en: createLiquidEngine('en') };
const htmlEngines = { tr: createLiquidEngine('tr', { html: true }), en: createLiquidEngine('en', { html: true }) };

export const engineOf = (language: Language, html: boolean) => (html ? htmlEngines : engines)[language];

/** What an email's text may say of its recipient; its HTML may place the link to unsubscribe too. */
export const subjectVariables = campaignVariables;
export const bodyVariables = [...campaignVariables, 'unsubscribeUrl'] as const;

/** What is wrong with the Liquid of a text as someone wrote it; null: nothing, it will never fail to render. */
export function findLiquidMistake(text: string, allowed: readonly string[]): Text | null {
  if (text.length > LONGEST_TEMPLATE) return tooLong;
  try {
    checkExpressions(readTokens(text), allowed);
    engines.tr.parse(text);
    return null;
  } catch (error) {
    return explainLiquidError(error);
  }
}

const readTokens = (text: string): TopLevelToken[] => new Tokenizer(text).readTopLevelTokens(defaultOptions);

export const parseEmailText = (text: string, html: boolean): Template[] => engineOf('tr', html).parse(text);

export const tooLong: Text = {
  en: `At most ${LONGEST_TEMPLATE} characters, as it is sent`,
  tr: `Gönderilecek haliyle en çok ${LONGEST_TEMPLATE} karakter olabilir`,
};
