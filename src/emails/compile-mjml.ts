import { Parser } from 'htmlparser2';
import type { Text } from '#src/platform/language.ts';
import { loadMjml } from '#src/platform/load-mjml.ts';
import type { HiddenLiquid } from './hide-liquid.ts';

type Results = Awaited<ReturnType<Awaited<ReturnType<typeof loadMjml>>>>;
export type CompiledMjml = { ok: true; html: string } | { ok: false; mistakes: { line: number | null; text: Text }[] };

/** MJML as HTML, its Liquid hidden. Files are never read, fonts never fetched. */
export async function compileMjml(mjml: string, hidden: HiddenLiquid): Promise<CompiledMjml> {
  if (includesFiles(mjml)) return refuse([{ line: null, text: noIncludes }]);
  const compiled = await tryCompile(mjml);
  if ('failure' in compiled) return refuse([{ line: null, text: explain(compiled.failure) }]);
  if (compiled.errors.length > 0)
    return refuse(
      compiled.errors.map(({ line, tagName, message }) => ({
        line,
        text: explain(hidden.restore(`<${tagName}>: ${message}`)),
      })),
    );
  const lost = lostPieces(mjml, compiled.html, hidden);
  if (lost.length > 0) return refuse(lost.map((source) => ({ line: null, text: isLost(source) })));
  return { ok: true, html: trimLines(compiled.html) };
}

/** Without what it indents with. */
const trimLines = (html: string): string =>
  html
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');

const refuse = (mistakes: { line: number | null; text: Text }[]): CompiledMjml => ({ ok: false, mistakes });

function includesFiles(mjml: string): boolean {
  let found = false;
  const onopentagname = (name: string) => {
    found ||= name === 'mj-include';
  };
  const parser = new Parser({ onopentagname }, { xmlMode: true });
  parser.end(mjml.toLowerCase());
  return found;
}

/** Some of what it cannot read it says in a list, the rest it throws. */
async function tryCompile(mjml: string): Promise<Results | { failure: string }> {
  const mjml2html = await loadMjml();
  try {
    return await mjml2html(mjml, { fonts: {}, validationLevel: 'soft', keepComments: false });
  } catch (error) {
    return { failure: error instanceof Error ? error.message : '' };
  }
}

/** A condition between sections is dropped by MJML, and would then hold for nothing. */
function lostPieces(mjml: string, html: string, hidden: HiddenLiquid): string[] {
  const found = new Set(hidden.wordsIn(html));
  const lost = new Set(hidden.wordsIn(mjml).filter((word) => !found.has(word)));
  return [...lost].map((word) => hidden.restore(word));
}

type Explanation = [pattern: RegExp, tr: string];
const explanations: Explanation[] = [
  [/Element (\S+) doesn't exist or is not registered/, '$1 adında bir MJML öğesi yok'],
  [/(\S+) cannot be used inside (\S+), only inside: (.+)/, '$1, $2 içinde kullanılamaz; yalnızca şunların içinde: $3'],
  [/Attributes? (.+) (?:is|are) illegal/, '$1 özniteliği kullanılamaz'],
  [/Attribute (\S+) has invalid value: (.*?) for type .*/, '$1 özniteliğinin değeri geçersiz: $2'],
  [/Malformed MJML.*/, 'MJML bozuk: her şey <mjml> ve <mj-body> içinde olmalı'],
  [/Parsing failed.*/, 'MJML okunamadı'],
];

/** MJML's own complaint, in both languages. */
function explain(message: string): Text {
  const known = explanations.find(([pattern]) => pattern.test(message));
  if (known) return { en: message, tr: message.replace(...known) };
  return { en: 'The MJML cannot be compiled', tr: 'MJML derlenemedi' };
}

const noIncludes: Text = {
  en: '<mj-include> cannot be used: write the whole email here',
  tr: '<mj-include> kullanılamaz: e-postanın tamamını buraya yazın',
};
const isLost = (source: string): Text => ({
  en: `${source} stands where MJML keeps no text: put it inside <mj-raw>, or inside <mj-text>`,
  tr: `${source} MJML'in metin tutmadığı bir yerde: <mj-raw> ya da <mj-text> içine koyun`,
});
