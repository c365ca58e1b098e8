import { getCountries } from 'libphonenumber-js/max';
import { languages } from '#src/platform/language.ts';
import { foldText } from './fold-text.ts';

/** ISO 3166-1 lands without telephones of their own, so libphonenumber does not know them. */
const SILENT = ['AQ', 'BV', 'GS', 'HM', 'PN', 'TF', 'UM'];
const OTHER_NAMES = {
  TR: ['turkey', 'turkiye cumhuriyeti'],
  GB: ['uk', 'england', 'ingiltere'],
  US: ['usa', 'abd', 'amerika'],
};

const codes = new Set<string>([...getCountries(), ...SILENT]);
const codesByName = new Map<string, string>(
  Object.entries(OTHER_NAMES).flatMap(([code, names]) => names.map((name) => [name, code])),
);

for (const language of languages) {
  const names = new Intl.DisplayNames(language, { type: 'region' });
  for (const code of codes) codesByName.set(foldText(names.of(code) ?? code), code);
}

/** ISO 3166-1 alpha-2 of a code or of a name in Turkish or English, however it is cased; null for anything else. */
export function readCountryCode(text: string): string | null {
  const code = text.trim().replaceAll(/[a-z]/g, (letter) => letter.toUpperCase());
  return codes.has(code) ? code : (codesByName.get(foldText(text)) ?? null);
}
