import { eq } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import type { campaigns } from '#src/db/schema/campaigns.ts';
import { emailContents, subjectTests } from '#src/db/schema/emails.ts';
import { requireIdentity } from '#src/emails/require-identity.ts';
import { saveContent } from '#src/emails/save-content.ts';
import { hasSource, wordsOfSource } from '#src/emails/source-words.ts';
import type { Campaign } from './campaign.ts';
import type { CampaignInput } from './draft-campaign.ts';
import { compileEmail, type EmailWords } from './draft-email-campaign.ts';
import { saveSubjectTest } from './save-subject-test.ts';

/** Undefined: stays. Null: is taken away. */
type Changes = Partial<EmailWords> & {
  subjectTest?: CampaignInput['subjectTest'] | null;
  from?: string | undefined;
  trackOpens?: boolean | undefined;
  trackClicks?: boolean | undefined;
};
type Row = Partial<typeof campaigns.$inferInsert>;

/** What a change of its mail makes of an email campaign: what is left out stays; what was compiled before stays on record. */
export async function reviseEmail(ctx: OrgContext, campaign: Campaign, changes: Changes): Promise<Row> {
  const [before] = await ctx.db.select().from(emailContents).where(eq(emailContents.id, campaign.emailContentId!));
  const identity = await requireIdentity(ctx, changes.from ?? campaign.identityId!);
  const { trackOpens = campaign.trackOpens, trackClicks = campaign.trackClicks } = changes;
  const { html, mjml, layout } = hasSource(changes) ? changes : wordsOfSource(before!.source);
  const content = await compileEmail(
    ctx,
    {
      subject: changes.subject ?? before!.subject,
      otherSubject: changes.subjectTest === undefined ? before!.otherSubject : (changes.subjectTest?.subject ?? null),
      preheader: changes.preheader === undefined ? before!.preheader : changes.preheader,
      language: changes.language ?? before!.language,
      html,
      mjml,
      layout,
    },
    identity,
  );
  if (changes.subjectTest !== undefined) {
    await ctx.db.delete(subjectTests).where(eq(subjectTests.campaignId, campaign.id));
    if (changes.subjectTest) await saveSubjectTest(ctx, campaign.id, changes.subjectTest);
  }
  return { identityId: identity.id, emailContentId: await saveContent(ctx, content), trackOpens, trackClicks };
}
