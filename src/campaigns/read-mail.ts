import type { z } from '@hono/zod-openapi';
import { eq } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { emailContents, sendingIdentities } from '#src/db/schema/emails.ts';
import { type CompiledContent, compileContent } from '#src/emails/compile-content.ts';
import { type Identity, requireIdentity } from '#src/emails/require-identity.ts';
import { Problem } from '#src/platform/problem.ts';
import { compileEmail } from './draft-email-campaign.ts';
import { fillFromTemplate } from './fill-from-template.ts';
import type { MailDraftIn } from './mail-schemas.ts';
import { getCampaign } from './queries.ts';

/** A mail to look at: what it says and who would send it. */
export type Mail = { content: CompiledContent; identity: Identity };

/** The mail of a body that is not saved. Throws a 400 with paths, 409 without an identity. */
export async function draftMail(ctx: OrgContext, given: z.output<typeof MailDraftIn>): Promise<Mail> {
  const { input: draft } = await fillFromTemplate(ctx, 'email', given);
  const identity = await requireIdentity(ctx, draft.from);
  return {
    identity,
    content: await compileEmail(ctx, { ...draft, otherSubject: draft.subjectTest?.subject }, identity),
  };
}

/** The mail of a campaign as it is sent, with the warnings that it had. 409 for one on WhatsApp. */
export async function readMail(ctx: OrgContext, campaignId: string): Promise<Mail> {
  const { campaign } = await getCampaign(ctx, campaignId);
  if (campaign.channel !== 'email')
    throw new Problem('conflict', {
      detail: { en: 'This is no email campaign', tr: 'Bu bir e-posta kampanyası değil' },
    });
  const [row] = await ctx.db
    .select({ content: emailContents, identity: sendingIdentities })
    .from(emailContents)
    .innerJoin(sendingIdentities, eq(sendingIdentities.id, campaign.identityId!))
    .where(eq(emailContents.id, campaign.emailContentId!));
  const { content, identity } = row!;
  return { identity, content: { ...content, warnings: await warningsOf(ctx, content, identity) } };
}

/** They are not kept; what was good when it was saved is good. */
async function warningsOf(
  ctx: OrgContext,
  content: typeof emailContents.$inferSelect,
  identity: Identity,
): Promise<CompiledContent['warnings']> {
  try {
    return (await compileContent(ctx, content.source, { ...content, identity })).warnings;
  } catch (error) {
    if (error instanceof Problem) return [];
    throw error;
  }
}
