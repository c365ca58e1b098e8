import type { OrgContext } from '#src/context.ts';
import { checkAudience } from '#src/customers/audience-query.ts';
import { type CompiledContent, compileContent } from '#src/emails/compile-content.ts';
import { type Identity, requireIdentity } from '#src/emails/require-identity.ts';
import { requireOwnImages } from '#src/emails/require-own-images.ts';
import { sourceOf } from '#src/emails/source-words.ts';
import { invalid } from '#src/platform/problem.ts';
import type { TemplateRef } from '#src/templates/template.ts';
import { readSendingRules } from '#src/windows/read-sending-rules.ts';
import type { CampaignInput, FilledInput } from './draft-campaign.ts';
import { fillFromTemplate } from './fill-from-template.ts';
import { readStartWindow } from './read-start-window.ts';
import { readTimes, type Times } from './read-times.ts';
import { refuseFields } from './refuse-fields.ts';

export const WHATSAPP_ONLY = ['instanceId', 'text', 'variants', 'mediaIds', 'delay'];

/** An email campaign's body, checked against everything but its recipients. */
export type EmailDraft = Times & {
  input: FilledInput;
  template: TemplateRef | null;
  identity: Identity;
  content: CompiledContent;
};

/** Throws a 400 with a path for whatever is wrong with the content, the audience's ids or the times; 409 without a verified identity. */
export async function draftEmailCampaign(ctx: OrgContext, given: CampaignInput): Promise<EmailDraft> {
  refuseFields(given, WHATSAPP_ONLY, 'whatsapp');
  const { input, template } = await fillFromTemplate(ctx, 'email', given);
  await checkAudience(ctx, input.audience);
  const owner = { channel: 'email', userId: ctx.userId, organizationId: ctx.organizationId } as const;
  const times = readTimes(ctx, await readStartWindow(ctx, owner), input);
  const identity = await requireIdentity(ctx, input.from);
  const words = { ...input, otherSubject: input.subjectTest?.subject };
  return { input, template, identity, content: await compileEmail(ctx, words, identity), ...times };
}

/** What of a campaign's body, or of a change to it, makes its mail. */
export type EmailWords = Pick<CampaignInput, 'subject' | 'preheader' | 'html' | 'mjml' | 'layout' | 'language'> & {
  otherSubject?: string | null | undefined;
};

/** Compiles the mail that a body asks for, its additions in the user's language unless it says another. Throws a 400 with paths. */
export async function compileEmail(ctx: OrgContext, words: EmailWords, identity: Identity): Promise<CompiledContent> {
  if (words.subject === undefined) throw invalid('subject', { en: 'Give a subject', tr: 'Bir konu verin' });
  const { locale } = await readSendingRules(ctx, ctx.userId);
  const content = await compileContent(ctx, sourceOf(words), {
    subject: words.subject,
    otherSubject: words.otherSubject ?? null,
    preheader: words.preheader ?? null,
    language: words.language ?? locale,
    identity,
  });
  await requireOwnImages(ctx, content);
  return content;
}
