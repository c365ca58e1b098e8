import type { Template } from 'liquidjs';
import { inspectLiquid } from '#src/personalisation/inspect-liquid.ts';
import { createLiquidEngine } from '#src/personalisation/liquid-engine.ts';
import { campaignVariables } from '#src/personalisation/personalisation.ts';
import type { Language, Text } from '#src/platform/language.ts';

const engines = { tr: createLiquidEngine('tr'), en: createLiquidEngine('en') };
const htmlEngines = { tr: createLiquidEngine('tr', { html: true }), en: createLiquidEngine('en', { html: true }) };

export const engineOf = (language: Language, html: boolean) => (html ? htmlEngines : engines)[language];

/** What an email's text may say of its recipient; its HTML may place the link to unsubscribe too. */
export const subjectVariables = campaignVariables;
export const bodyVariables = [...campaignVariables, 'unsubscribeUrl'] as const;

/** What is wrong with the Liquid of a text as someone wrote it; null: nothing, it will never fail to render. */
export function findLiquidMistake(text: string, allowed: readonly string[]): Text | null {
  const inspected = inspectLiquid(text, allowed);
  return inspected.ok ? null : inspected.error;
}

export const parseEmailText = (text: string, html: boolean): Template[] => engineOf('tr', html).parse(text);
