import { LiquidError, type Token } from 'liquidjs';
import type { Text } from '#src/platform/language.ts';

/** Something in a text that cannot be personalised, said in both languages with its line. */
export class TemplateMistake extends Error {
  readonly text: Text;

  constructor(token: Token, text: Text) {
    const [line] = token.getPosition();
    super(text.en);
    this.text = { en: `Line ${line}: ${text.en}`, tr: `${line}. satır: ${text.tr}` };
  }
}

type Explanation = [pattern: RegExp, explain: (subject: string) => Text];

const explanations: Explanation[] = [
  [/^(tag|raw) .* not closed/s, (s) => ({ en: `${s} is never closed`, tr: `${s} kapatılmamış` })],
  [
    /^output .* not closed/s,
    (s) => ({
      en: `${s} is never closed with }} (or a quote is left open)`,
      tr: `${s} için }} eksik (ya da bir tırnak açık kalmış)`,
    }),
  ],
  [
    /^tag .* not found/s,
    (s) => ({
      en: `${s} cannot be used here; only if, elsif, else, unless, case, when and raw can`,
      tr: `${s} burada kullanılamaz; yalnızca if, elsif, else, unless, case, when ve raw kullanılabilir`,
    }),
  ],
];

/** LiquidJS's own complaint, in our words. */
export function explainLiquidError(error: unknown): Text {
  if (error instanceof TemplateMistake) return error.text;
  if (!LiquidError.is(error)) throw error;
  const { token } = error;
  const subject = shorten(/^raw /.test(error.message) ? '{% raw %}' : token.getText() || lineOf(token));
  const [, explain] = explanations.find(([pattern]) => pattern.test(error.message)) ?? [];
  const text = explain?.(subject) ?? { en: `cannot be understood: ${subject}`, tr: `anlaşılamadı: ${subject}` };
  return new TemplateMistake(token, text).text;
}

const lineOf = (token: Token): string => token.input.split('\n').at((token.getPosition().at(0) ?? 1) - 1) ?? '';

export const shorten = (text: string): string => {
  const [line = ''] = text.trim().split('\n');
  return line.length > 40 ? `${line.slice(0, 39)}…` : line;
};
