import { loadMjml } from '#src/platform/load-mjml.ts';

/** A frame of ours as HTML. */
export async function compileFrame(mjml: string): Promise<string> {
  const mjml2html = await loadMjml();
  const { html, errors } = await mjml2html(mjml, { fonts: {}, keepComments: false });
  if (errors.length > 0) throw new Error(`a mail of ours does not compile: ${errors[0]!.message}`);
  return html;
}
