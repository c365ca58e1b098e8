import { eq } from 'drizzle-orm';
import { attemptKey, countAttempt } from '#src/accounts/attempts.ts';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { users } from '#src/db/schema/accounts.ts';
import { requireIdentity } from '#src/emails/require-identity.ts';
import { sendTestMail, type TestOutcome } from '#src/emails/send-test-mail.ts';
import { Problem } from '#src/platform/problem.ts';
import type { Reader } from './find-reader.ts';
import type { Mail } from './read-mail.ts';

/** Of an organization, however many there are to ask for them. */
const TEST_MAILS = { most: 30, windowMs: 3_600_000 };

/**
 * Sends a mail to the caller's own address and to nobody else, marked as a test and counted nowhere. 403 until that address is
 * confirmed, 409 while the identity may not send, 429 after thirty within an hour.
 */
export async function sendCampaignTest(
  ctx: OrgContext,
  { mail, reader, campaignId }: { mail: Mail; reader: Reader; campaignId: string | null },
): Promise<TestOutcome> {
  const identity = await requireIdentity(ctx, mail.identity.id);
  const [caller] = await ctx.db.select().from(users).where(eq(users.id, ctx.userId));
  const { email: address, emailVerified } = caller!;
  if (!emailVerified && ctx.carriers.of(identity).kind !== 'sandbox')
    throw new Problem('forbidden', {
      detail: { en: 'Confirm your own email address first', tr: 'Önce kendi e-posta adresinizi doğrulayın' },
    });
  await countAttempt(ctx, attemptKey('test-mail', ctx.organizationId), TEST_MAILS);
  // written down before it leaves: a repeated request is not a second mail
  await inTransaction(ctx, (ctx) =>
    recordActivity(ctx, {
      verb: 'campaigns.send-test',
      subjectType: campaignId ? 'campaign' : 'organization',
      subjectId: campaignId ?? ctx.organizationId,
      details: { address },
    }),
  );
  return sendTestMail(ctx, { content: mail.content, identity, addressee: { ...reader, address } });
}
