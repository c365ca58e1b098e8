import type { Language } from '#src/platform/language.ts';
import type { ValueType } from './document.ts';

const NOTHING = '–';
export const localeOf = (language: Language): string => (language === 'tr' ? 'tr-TR' : 'en-US');
export const numberIn = (language: Language, options: Intl.NumberFormatOptions = {}): Intl.NumberFormat =>
  new Intl.NumberFormat(localeOf(language), options);

/** A figure as its reader writes numbers; a dash where there is none. */
export function formatValue(value: string | number | null, type: ValueType, language: Language): string {
  if (value === null) return type === 'text' ? '' : NOTHING;
  if (typeof value === 'string') return value;
  if (type === 'change') return formatChange(value, language);
  const write = (options: Intl.NumberFormatOptions) => numberIn(language, options).format(value);
  if (type === 'percent') return write({ style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });
  if (type === 'duration') return formatSeconds(value, language);
  return write({ maximumFractionDigits: 0 });
}

/** `+%12`; empty where there is nothing to compare with. */
export const formatChange = (change: number | null, language: Language): string =>
  change === null
    ? ''
    : numberIn(language, {
        style: 'percent',
        maximumFractionDigits: Math.abs(change) < 0.1 ? 1 : 0,
        signDisplay: 'exceptZero',
      })
        .format(change)
        .replace('-', '−');

const units = [
  { seconds: 86_400, tr: 'gün', en: 'd' },
  { seconds: 3600, tr: 'sa', en: 'h' },
  { seconds: 60, tr: 'dk', en: 'min' },
  { seconds: 1, tr: 'sn', en: 's' },
];

/** Its two largest units: `2 sa 5 dk`. */
function formatSeconds(seconds: number, language: Language): string {
  const whole = Math.round(seconds);
  const first = units.findIndex((unit) => whole >= unit.seconds);
  if (first === -1) return `0 ${units.at(-1)![language]}`;
  const step = units[first + 1]?.seconds ?? 1;
  // rounded to the smaller of the two, so that it may become one more of the larger
  const rounded = Math.round(whole / step) * step;
  if (first > 0 && rounded >= units[first - 1]!.seconds) return formatSeconds(rounded, language);
  const [large, small] = [units[first]!, units[first + 1]];
  const rest = small ? (rounded % large.seconds) / small.seconds : 0;
  const head = `${Math.floor(rounded / large.seconds)} ${large[language]}`;
  return small && rest > 0 ? `${head} ${rest} ${small[language]}` : head;
}
