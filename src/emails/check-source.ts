import type { EmailSource } from '#src/db/schema/emails.ts';
import type { Text } from '#src/platform/language.ts';
import type { FieldError } from '#src/platform/problem.ts';
import { checkImage } from './check-image.ts';
import { bodyVariables, findLiquidMistake } from './email-text.ts';
import { hideLiquid } from './hide-liquid.ts';
import { readLink } from './read-link.ts';

/** What is wrong with an email as it was written, before anything is made of it. */
export function checkSource(source: EmailSource, publicUrl: string): FieldError[] {
  if (source.kind !== 'layout') {
    const text = source.kind === 'html' ? source.html : source.mjml;
    return text.trim() === '' ? [{ path: source.kind, message: empty }] : checkLiquid(source.kind, text);
  }
  const { title, text, imageUrl, imageAlt, button } = source;
  return [
    ...checkLiquid('layout.title', title),
    ...checkLiquid('layout.text', text),
    ...(imageUrl
      ? checkAddress('layout.imageUrl', imageUrl, (hidden) => checkImage(hidden.text, { publicUrl, hidden }))
      : []),
    ...(imageAlt ? checkLiquid('layout.imageAlt', imageAlt) : []),
    ...(button ? checkLiquid('layout.button.label', button.label) : []),
    ...(button
      ? checkAddress('layout.button.url', button.url, (hidden) => mistakeOf(readLink(hidden.text, hidden)))
      : []),
  ];
}

function checkLiquid(path: string, text: string): FieldError[] {
  const message = findLiquidMistake(text, bodyVariables);
  return message ? [{ path, message }] : [];
}

function checkAddress(
  path: string,
  url: string,
  check: (hidden: ReturnType<typeof hideLiquid>) => Text | null,
): FieldError[] {
  const mistakes = checkLiquid(path, url);
  if (mistakes.length > 0) return mistakes;
  const message = check(hideLiquid(url));
  return message ? [{ path, message }] : [];
}

const mistakeOf = (target: ReturnType<typeof readLink>): Text | null =>
  target.kind === 'mistake' ? target.text : null;

const empty: Text = { en: 'Must not be empty', tr: 'Boş olamaz' };
