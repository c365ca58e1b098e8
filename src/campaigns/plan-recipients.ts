import { sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import type { PlannedMessage } from '#src/db/schema/campaigns.ts';
import type { Language } from '#src/platform/language.ts';
import { requireTextFits } from './draft-campaign.ts';
import { longestText } from './longest-text.ts';
import { planMessages } from './plan-messages.ts';
import { type Content, wordsOf } from './read-content.ts';

/** The messages that each recipient frozen into the campaign gets. Throws a 400 when the text is too long for one of them. */
export async function planRecipients(
  ctx: OrgContext,
  campaignId: string,
  content: Content,
  language: Language,
): Promise<PlannedMessage[]> {
  const frozen = sql`select variables from campaign_recipients where campaign_id = ${campaignId}`;
  const longest = await longestText(ctx, content.templates, language, frozen);
  requireTextFits(longest);
  return planMessages({ text: wordsOf(content), media: content.media, longestText: longest });
}
