import { defaultOptions, Tokenizer } from 'liquidjs';
import type { Text } from '#src/platform/language.ts';
import { checkExpressions } from './check-expressions.ts';
import { createLiquidEngine, LONGEST_TEMPLATE } from './liquid-engine.ts';
import { explainLiquidError } from './template-mistake.ts';

const engine = createLiquidEngine('tr');

export const tooLong: Text = {
  en: `At most ${LONGEST_TEMPLATE} characters, as it is sent`,
  tr: `Gönderilecek haliyle en çok ${LONGEST_TEMPLATE} karakter olabilir`,
};

/** The names that a text is filled with, or what is wrong with its Liquid. One that is well never fails to render. */
export function inspectLiquid(
  text: string,
  allowed: readonly string[],
): { ok: true; variables: string[] } | { ok: false; error: Text } {
  if (text.length > LONGEST_TEMPLATE) return { ok: false, error: tooLong };
  try {
    const names = checkExpressions(new Tokenizer(text).readTopLevelTokens(defaultOptions), allowed);
    engine.parse(text);
    return { ok: true, variables: [...names] };
  } catch (error) {
    return { ok: false, error: explainLiquidError(error) };
  }
}
