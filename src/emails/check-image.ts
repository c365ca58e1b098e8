import type { Text } from '#src/platform/language.ts';
import type { HiddenLiquid } from './hide-liquid.ts';

export type ImageRules = { publicUrl: string; hidden: HiddenLiquid };

const FIXED_SITE = /^https:\/\/[^\s/?#]+[/?#]/i;

/** What is wrong with the address of a picture: mail programs load https only, and data in the mail itself is not shown. */
export function checkImage(value: string, { publicUrl, hidden }: ImageRules): Text | null {
  const url = value.trim();
  if (url === '' || url.startsWith(`${publicUrl}/images/`)) return null;
  const [word] = hidden.wordsIn(url);
  const fixed = word === undefined ? url : url.slice(0, url.indexOf(word));
  const good = word === undefined ? URL.canParse(url) && new URL(url).protocol === 'https:' : FIXED_SITE.test(fixed);
  return good ? null : notAnImage(hidden.restore(url));
}

/** Bounded: whoever writes it must not keep it searching. */
const CSS_URL = /url\(\s{0,50}(?:"([^"]{0,2000})|'([^']{0,2000})|([^"')]{0,2000}))/gi;

export const checkCssImages = (css: string, rules: ImageRules): Text[] =>
  Array.from(css.matchAll(CSS_URL), ([, double, single, bare]) =>
    checkImage(double ?? single ?? bare ?? '', rules),
  ).filter((text) => text !== null);

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text);

const notAnImage = (url: string): Text => ({
  en: `The picture "${shorten(url)}" cannot be shown: give an address that begins with https://, or upload it to /v1/media`,
  tr: `"${shorten(url)}" görseli gösterilemez: https:// ile başlayan bir adres verin ya da /v1/media ile yükleyin`,
});
