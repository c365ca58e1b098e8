import type { OrgContext } from '#src/context.ts';
import { wordsOfSource } from '#src/emails/source-words.ts';
import { type FieldError, Problem } from '#src/platform/problem.ts';
import { type FrozenTemplate, freezeTemplate } from '#src/templates/freeze-template.ts';
import type { TemplateRef } from '#src/templates/template.ts';

/** What a template brings: whoever names one gives none of it himself. */
const CONTENT = ['text', 'variants', 'subject', 'preheader', 'html', 'mjml', 'layout', 'language'] as const;

type Given = { templateId?: string | undefined; mediaIds?: string[] | undefined } & {
  [K in (typeof CONTENT)[number]]?: unknown;
};
type Filled<G> = { input: Omit<G, 'templateId'>; template: TemplateRef | null };

/**
 * A body with what its template says now in the place of the template; media of its own stay. Throws a 400 at `templateId`, or at every
 * field that would be in the template's way.
 */
export async function fillFromTemplate<G extends Given>(
  ctx: OrgContext,
  channel: 'whatsapp' | 'email',
  { templateId, ...given }: G,
): Promise<Filled<G>> {
  if (templateId === undefined) return { input: given, template: null };
  const errors: FieldError[] = CONTENT.filter((path) => given[path] != null).map((path) => ({
    path,
    message: {
      en: 'The template says this: give one or the other',
      tr: 'Bunu şablon belirler: ikisinden yalnızca birini verin',
    },
  }));
  if (errors.length > 0) throw new Problem('invalid-request', { errors });
  const frozen = await freezeTemplate(ctx, { templateId, channel });
  const words =
    channel === 'email' ? mailOf(frozen) : { text: frozen.text, mediaIds: given.mediaIds ?? frozen.mediaIds };
  return { input: { ...given, ...words }, template: frozen.template };
}

const mailOf = ({ subject, preheader, language, source }: FrozenTemplate) => ({
  subject: subject!,
  preheader,
  language,
  ...wordsOfSource(source!),
});

/** Whether a change takes away what the template said. */
export const departsFromTemplate = (changes: Given): boolean => CONTENT.some((field) => changes[field] !== undefined);
