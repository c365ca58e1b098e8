import type { OrgContext } from '#src/context.ts';
import { checkAudience } from '#src/customers/audience-query.ts';
import type { EmailSource } from '#src/db/schema/emails.ts';
import { type CompiledContent, compileContent } from '#src/emails/compile-content.ts';
import { type Identity, requireIdentity } from '#src/emails/require-identity.ts';
import { requireOwnImages } from '#src/emails/require-own-images.ts';
import { invalid } from '#src/platform/problem.ts';
import { readSendingRules } from '#src/windows/read-sending-rules.ts';
import type { CampaignInput } from './draft-campaign.ts';
import { readStartWindow } from './read-start-window.ts';
import { readTimes, type Times } from './read-times.ts';
import { refuseFields } from './refuse-fields.ts';

export const WHATSAPP_ONLY = ['instanceId', 'text', 'variants', 'mediaIds', 'delay'];

/** An email campaign's body, checked against everything but its recipients. */
export type EmailDraft = Times & { input: CampaignInput; identity: Identity; content: CompiledContent };

/** Throws a 400 with a path for whatever is wrong with the content, the audience's ids or the times; 409 without a verified identity. */
export async function draftEmailCampaign(ctx: OrgContext, input: CampaignInput): Promise<EmailDraft> {
  refuseFields(input, WHATSAPP_ONLY, 'whatsapp');
  await checkAudience(ctx, input.audience);
  const owner = { channel: 'email', userId: ctx.userId, organizationId: ctx.organizationId } as const;
  const times = readTimes(ctx, await readStartWindow(ctx, owner), input);
  const identity = await requireIdentity(ctx, input.from);
  const words = { ...input, otherSubject: input.subjectTest?.subject };
  return { input, identity, content: await compileEmail(ctx, words, identity), ...times };
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

function sourceOf({ html, mjml, layout }: EmailWords): EmailSource {
  if ([html, mjml, layout].filter((given) => given !== undefined).length !== 1)
    throw invalid('html', {
      en: 'Give exactly one of html, mjml and layout',
      tr: 'html, mjml ve layout alanlarından yalnızca birini verin',
    });
  if (html !== undefined) return { kind: 'html', html };
  if (mjml !== undefined) return { kind: 'mjml', mjml };
  const { name, ...filled } = layout!;
  return { kind: 'layout', layout: name, ...filled };
}
