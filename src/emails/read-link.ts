import type { Text } from '#src/platform/language.ts';
import type { HiddenLiquid } from './hide-liquid.ts';

/** Where a link of an email leads. */
export type LinkTarget =
  | { kind: 'tracked'; url: string }
  | { kind: 'unsubscribe' }
  /** Stays as it is: mail, telephone, a place in the same mail, or different for each recipient. */
  | { kind: 'untouched'; href: string }
  | { kind: 'mistake'; text: Text };

const SCHEMES = new Set(['http:', 'https:', 'mailto:', 'tel:', 'sms:']);
/** The site is the sender's choice, never a recipient's. */
const FIXED_SITE = /^(https?:\/\/[^\s/?#]+[/?#]|mailto:|tel:|sms:)/i;
const LONGEST_URL = 2000;

/** Reads an `href` as it stands in the HTML, its entities decoded and its Liquid hidden. */
export function readLink(value: string, hidden: HiddenLiquid): LinkTarget {
  const href = value.trim();
  const pieces = hidden.find(href);
  if (pieces.length > 0) return readPersonalised(href, hidden);
  if (href === '' || href.startsWith('#')) return { kind: 'untouched', href };
  const url = URL.canParse(href) ? new URL(href) : null;
  if (!url || !SCHEMES.has(url.protocol)) return { kind: 'mistake', text: notALink(href) };
  if (href.length > LONGEST_URL) return { kind: 'mistake', text: tooLong };
  return url.protocol.startsWith('http') ? { kind: 'tracked', url: url.href } : { kind: 'untouched', href };
}

function readPersonalised(href: string, hidden: HiddenLiquid): LinkTarget {
  const [first, ...others] = hidden.find(href);
  const alone = others.length === 0 && href === hidden.wordsIn(href)[0];
  if (alone && first?.variable === 'unsubscribeUrl') return { kind: 'unsubscribe' };
  const [word] = hidden.wordsIn(href);
  const fixed = href.slice(0, href.indexOf(word!));
  if (!FIXED_SITE.test(fixed)) return { kind: 'mistake', text: siteNotFixed(hidden.restore(href)) };
  const encoded = hidden.restore(href, ({ source, output }) => hidden.hide(output ? encodeOutput(source) : source));
  return { kind: 'untouched', href: encoded };
}

/** `{{ firstName }}` as a part of a URL. */
const encodeOutput = (source: string): string =>
  /\|\s*url_encode\s*-?\}\}$/.test(source) ? source : source.replace(/\s*(-?\}\})$/, ' | url_encode $1');

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text);

const notALink = (href: string): Text => ({
  en: `"${shorten(href)}" is no link: write all of it, with https://, mailto: or tel:`,
  tr: `"${shorten(href)}" bir bağlantı değil: https://, mailto: veya tel: ile tamamını yazın`,
});
const siteNotFixed = (href: string): Text => ({
  en: `"${shorten(href)}" must begin with a site of its own, such as https://example.com/, before any variable`,
  tr: `"${shorten(href)}" değişkenden önce https://example.com/ gibi bir siteyle başlamalı`,
});
const tooLong: Text = {
  en: `A link has at most ${LONGEST_URL} characters`,
  tr: `Bir bağlantı en çok ${LONGEST_URL} karakter olabilir`,
};
