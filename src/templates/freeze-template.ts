import type { OrgContext } from '#src/context.ts';
import type { EmailSource } from '#src/db/schema/emails.ts';
import type { Language } from '#src/platform/language.ts';
import { invalid } from '#src/platform/problem.ts';
import { freezeContent } from './freeze-content.ts';
import { readOrganizationValues } from './organization-values.ts';
import { findTemplate } from './queries.ts';
import { needsAppointment, type TemplateRef } from './template.ts';

/** What a campaign takes of a template: what the business is called stands in it, what its customers are called stays to be filled in. */
export type FrozenTemplate = {
  template: TemplateRef;
  language: Language;
  text: string | null;
  mediaIds: string[];
  subject: string | null;
  preheader: string | null;
  source: EmailSource | null;
};

/**
 * The version of a template that is in force, to be kept by whoever asks. Throws a 400 at `templateId` for one that is not there, of
 * another channel, or about an appointment.
 */
export async function freezeTemplate(
  ctx: OrgContext,
  { templateId, channel }: { templateId: string; channel: 'whatsapp' | 'email' },
): Promise<FrozenTemplate> {
  const view = await findTemplate(ctx, templateId);
  if (!view) throw invalid('templateId', { en: 'No such template', tr: 'Böyle bir şablon yok' });
  const { template, version, source } = view;
  if (template.channel !== channel)
    throw invalid('templateId', {
      en: `This template is for ${template.channel}`,
      tr: `Bu şablon ${template.channel} için`,
    });
  const [missing] = needsAppointment(version.variables);
  if (missing)
    throw invalid('templateId', {
      en: `This template says ${missing}, which a campaign does not know`,
      tr: `Bu şablonda ${missing} var; kampanyalar bunu bilmez`,
    });
  const { id, language, category } = template;
  const known = await readOrganizationValues(ctx);
  const { text, subject, preheader, source: mail } = freezeContent({ category, ...version, source }, known);
  const { mediaIds } = version;
  return { template: { id, version: template.version }, language, text, mediaIds, subject, preheader, source: mail };
}
