import type { AppContext } from '#src/context.ts';
import type { EmailSource } from '#src/db/schema/emails.ts';
import { runApart } from '#src/platform/run-apart.ts';
import {
  type CompiledContent,
  type Composed,
  type Composition,
  type ContentInput,
  composeContent,
} from './compose-content.ts';
import { refuseContent } from './content-mistake.ts';

export type { CompiledContent, ContentInput, ContentTerms } from './compose-content.ts';

/** HTML so short takes less than a turn; MJML takes long whatever it says. */
const SHORT = 5000;

/**
 * Compiles an email: MJML or a layout to HTML, checked for what mail programs refuse; the sender's name, contact and the link to
 * unsubscribe added where they are missing; a plain text part made from it. Whatever comes out renders for every recipient.
 * Throws `invalid-request`, naming the field and, of HTML and MJML, the line.
 */
export async function compileContent(
  { publicUrl }: Pick<AppContext, 'publicUrl'>,
  source: EmailSource,
  terms: ContentInput,
): Promise<CompiledContent> {
  const composition: Composition = { source, input: { ...terms, publicUrl } };
  const composed = isShort(source) ? await composeContent(composition) : await composeApart(composition);
  if ('refused' in composed) throw refuseContent(composed.refused);
  return composed.content;
}

const isShort = (source: EmailSource): boolean => source.kind === 'html' && source.html.length <= SHORT;

const composeApart = (composition: Composition): Promise<Composed> =>
  runApart(new URL('./compose-content.ts', import.meta.url), 'composeContent', composition);
