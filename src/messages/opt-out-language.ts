import type { Language } from '#src/platform/language.ts';
import { readOptOut } from './read-opt-out.ts';

/** STOP is written everywhere and tells nothing. */
const spoken: Record<Language, string[]> = {
  tr: ['DUR', 'İPTAL', 'RET', 'ÇIK', 'İSTEMİYORUM'],
  en: ['UNSUBSCRIBE', 'END', 'QUIT', 'CANCEL'],
};

/** The language that an opt-out is written in; null where the word does not tell. */
export const optOutLanguage = (text: string): Language | null =>
  readOptOut(text, spoken.tr) ? 'tr' : readOptOut(text, spoken.en) ? 'en' : null;
