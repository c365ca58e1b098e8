import { unacceptable } from './refusals.ts';

/** What no text file holds: control characters other than tab, line ends, form feed and backspace. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\0-\x07\x0b\x0e-\x1a\x1c-\x1f]/;
const MARKUP = /^\s*<(?:!doctype|!--|\?xml|html|head|body|script|svg|[a-z][\w:-]*[\s>])/i;

export type TextCheck = { add(chunk: Uint8Array): void; end(): void };

/** Reads along and throws 415 as soon as the bytes are not UTF-8, not text, or a web page. */
export function createTextCheck(): TextCheck {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let first = true;
  const inspect = (text: string) => {
    if (CONTROL.test(text)) throw unacceptable(null);
    if (!first || text === '') return;
    first = false;
    const markup = MARKUP.exec(text)?.[0].toLowerCase();
    if (markup) throw unacceptable(markup.includes('svg') || /<svg[\s>]/i.test(text) ? 'svg' : 'html');
  };
  const decode = (chunk?: Uint8Array) => {
    try {
      return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
    } catch (cause) {
      throw Object.assign(unacceptable(null, { en: 'save text as UTF-8', tr: 'metni UTF-8 olarak kaydedin' }), {
        cause,
      });
    }
  };
  return { add: (chunk) => inspect(decode(chunk)), end: () => inspect(decode()) };
}
