import { sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { readBalance } from '#src/credits/queries.ts';
import { audienceSql } from '#src/customers/audience-query.ts';
import { variablesOf } from '#src/customers/variables-sql.ts';
import type { Exclusion } from '#src/db/schema/campaigns.ts';
import { newId } from '#src/platform/ids.ts';
import type { Text } from '#src/platform/language.ts';
import { type CampaignInput, type Draft, draftCampaign, requireTextFits } from './draft-campaign.ts';
import { estimateQueue } from './estimate-queue.ts';
import { longestText } from './longest-text.ts';
import { planMessages, splitsCaption } from './plan-messages.ts';
import { quoteEmailCampaign } from './quote-email-campaign.ts';
import { wordsOf } from './read-content.ts';
import { countAudience } from './snapshot-recipients.ts';
import { warnOfEnd } from './warn-of-end.ts';

export type Warning = { code: string; detail: Text };
export type Quote = {
  recipientCount: number;
  messagesPerRecipient: number;
  creditsRequired: number;
  creditsAvailable: number;
  excluded: Exclusion[];
  startsAt: Date;
  endsAtEstimate: Date | null;
  warnings: Warning[];
};

/** What the campaign would cost and when it would go out. Saves and holds nothing. */
export async function quoteCampaign(ctx: OrgContext, input: CampaignInput): Promise<Quote> {
  if (input.channel === 'email') return quoteEmailCampaign(ctx, input);
  const draft = await draftCampaign(ctx, input);
  const { recipientCount, coldCount, excluded } = await countAudience(ctx, input.audience);
  const content = { text: wordsOf(draft), media: draft.media, longestText: await longestInAudience(ctx, draft) };
  requireTextFits(content.longestText);
  const messagesPerRecipient = planMessages(content).length;
  const creditsRequired = recipientCount * messagesPerRecipient;
  const { available: creditsAvailable } = await readBalance(ctx, ctx.userId);
  const endsAtEstimate = await estimate(ctx, draft, creditsRequired, coldCount);
  return {
    recipientCount,
    messagesPerRecipient,
    creditsRequired,
    creditsAvailable,
    excluded,
    startsAt: draft.startsAt,
    endsAtEstimate,
    warnings: [
      ...warn(draft, splitsCaption(content), creditsRequired > creditsAvailable, recipientCount === 0),
      ...(recipientCount > 0 ? warnOfEnd(draft.validUntil, endsAtEstimate) : []),
    ],
  };
}

async function longestInAudience(ctx: OrgContext, { templates, input, rules }: Draft): Promise<number> {
  const audience = await audienceSql(ctx, input.audience, 'whatsapp');
  const variables = sql`select ${variablesOf()} as variables from (${audience}) a where a.exclusion is null`;
  return longestText(ctx, templates, rules.locale, variables);
}

async function estimate(ctx: OrgContext, draft: Draft, messages: number, cold: number): Promise<Date | null> {
  const { startsAt, startAt, instance, input } = draft;
  const id = newId();
  const own = { id, userId: ctx.userId, from: startsAt, startAt, messages, cold, delay: input.delay ?? null };
  return (await estimateQueue(ctx, instance.id, [own])).get(id) ?? null;
}

function warn(draft: Draft, split: boolean, short: boolean, empty: boolean): Warning[] {
  const warnings: Warning[] = [];
  const say = (code: string, en: string, tr: string) => warnings.push({ code, detail: { en, tr } });
  if (empty) say('no-recipients', 'Nobody would be written to', 'Kimseye mesaj gitmez');
  if (short) say('insufficient-credits', 'Your credits do not suffice', 'Kontörünüz yetmiyor');
  if (split)
    say(
      'caption-too-long',
      'The text is too long for a caption: the media go first, the text as a message of its own',
      'Metin, medya açıklaması için çok uzun: önce medya, sonra metin ayrı mesaj olarak gider',
    );
  if (draft.instance.status !== 'open')
    say('instance-not-open', 'The WhatsApp connection is not open', 'WhatsApp bağlantısı açık değil');
  if (draft.startsAt > draft.startAt)
    say('outside-sending-window', 'It starts when the sending window opens', 'Gönderim saati başlayınca başlar');
  return warnings;
}
