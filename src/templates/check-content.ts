import type { OrgContext } from '#src/context.ts';
import { compileContent } from '#src/emails/compile-content.ts';
import { requireOwnImages } from '#src/emails/require-own-images.ts';
import { readMedia } from '#src/files/read-media.ts';
import { longestPersonalised, parsePersonalised } from '#src/personalisation/personalisation.ts';
import { invalid } from '#src/platform/problem.ts';
import { appointmentValues, sampleAppointment } from './appointment-values.ts';
import { checkVariables } from './check-variables.ts';
import { freezeContent } from './freeze-content.ts';
import { readOrganizationValues } from './organization-values.ts';
import { readSender } from './read-sender.ts';
import { sampleCustomer } from './sample-customer.ts';
import { type TemplateChannel, textLimits, type VersionRow } from './template.ts';

/** A template as it is to be saved. */
export type TemplateDraft = Pick<
  VersionRow,
  'name' | 'language' | 'category' | 'shortcut' | 'subject' | 'preheader' | 'text' | 'source' | 'mediaIds'
> & { channel: TemplateChannel };

/**
 * Puts a draft to everything that its use will: what its channel takes, its variables, its media, its length; an email is compiled.
 * Throws a 400 with paths. Answers the names that it is filled with.
 */
export async function checkContent(ctx: OrgContext, draft: TemplateDraft): Promise<string[]> {
  requireWords(draft);
  if (draft.shortcut !== null && draft.category !== 'quick-reply')
    throw invalid('shortcut', { en: 'Only a quick reply has one', tr: 'Yalnızca hızlı yanıtların kısayolu olur' });
  const variables = checkVariables(draft);
  await readMedia(ctx, draft.mediaIds);
  const { language } = draft;
  const known = {
    ...(await readOrganizationValues(ctx)),
    ...appointmentValues(sampleAppointment(ctx.clock.now(), language), { language, timeZone: 'UTC' }),
  };
  const filled = freezeContent(draft, known);
  if (filled.source) await compile(ctx, filled);
  else requireFit(draft, filled.text);
  return variables;
}

function requireWords({ channel, text, mediaIds, subject, source }: TemplateDraft): void {
  if (channel === 'email') {
    if (subject === null) throw invalid('subject', { en: 'Give a subject', tr: 'Bir konu verin' });
    if (source === null)
      throw invalid('html', {
        en: 'Give exactly one of html, mjml and layout',
        tr: 'html, mjml ve layout alanlarından yalnızca birini verin',
      });
  } else if (text === null && mediaIds.length === 0)
    throw invalid(
      'text',
      channel === 'sms'
        ? { en: 'Give a text', tr: 'Bir metin verin' }
        : { en: 'Give a text, media or both', tr: 'Metin, medya ya da ikisini verin' },
    );
}

/** With a customer of usual length; whoever uses it looks at his own. */
function requireFit({ channel, language }: TemplateDraft, text: string | null): void {
  if (text === null || channel === 'email') return;
  const parsed = parsePersonalised(text);
  if (!parsed.ok) throw invalid('text', parsed.error);
  const [limit, length] = [
    textLimits[channel],
    longestPersonalised(parsed.template, sampleCustomer[language], language),
  ];
  if (length <= limit) return;
  throw invalid('text', {
    en: `At most ${limit} characters; filled in it has ${length}`,
    tr: `En çok ${limit} karakter; doldurulduğunda ${length} karakter oluyor`,
  });
}

async function compile(ctx: OrgContext, { subject, preheader, source, language }: TemplateDraft): Promise<void> {
  const terms = { subject: subject!, preheader, language, identity: await readSender(ctx) };
  await requireOwnImages(ctx, await compileContent(ctx, source!, terms));
}
