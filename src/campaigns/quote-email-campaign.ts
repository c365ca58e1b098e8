import type { OrgContext } from '#src/context.ts';
import { readBalance } from '#src/credits/queries.ts';
import { estimateMailings } from '#src/emails/estimate-mailings.ts';
import { countAddressees } from '#src/emails/snapshot-addressees.ts';
import type { CampaignInput } from './draft-campaign.ts';
import { draftEmailCampaign, type EmailDraft } from './draft-email-campaign.ts';
import type { Quote, Warning } from './quote-campaign.ts';
import { readStartWindow } from './read-start-window.ts';
import { warnOfEnd } from './warn-of-end.ts';

/** What the email campaign would do: whom it reaches, whom not and why, and when. Saves nothing, costs nothing. */
export async function quoteEmailCampaign(ctx: OrgContext, input: CampaignInput): Promise<Quote> {
  const draft = await draftEmailCampaign(ctx, input);
  const { recipientCount, excluded } = await countAddressees(ctx, input.audience);
  const { available: creditsAvailable } = await readBalance(ctx, ctx.userId);
  const window = await readStartWindow(ctx, {
    channel: 'email',
    userId: ctx.userId,
    organizationId: ctx.organizationId,
  });
  const planned = { id: '', identityId: draft.identity.id, mails: recipientCount, from: draft.startsAt, window };
  const endsAtEstimate = (await estimateMailings(ctx, [planned])).get('') ?? null;
  return {
    recipientCount,
    messagesPerRecipient: 1,
    creditsRequired: 0,
    creditsAvailable,
    excluded,
    startsAt: draft.startsAt,
    endsAtEstimate,
    warnings: [
      ...warn(draft, recipientCount),
      ...(recipientCount > 0 ? warnOfEnd(draft.validUntil, endsAtEstimate) : []),
      ...draft.content.warnings,
    ],
  };
}

function warn({ startsAt, startAt, identity }: EmailDraft, recipientCount: number): Warning[] {
  const warnings: Warning[] = [];
  const say = (code: string, en: string, tr: string) => warnings.push({ code, detail: { en, tr } });
  if (recipientCount === 0) say('no-recipients', 'Nobody would be written to', 'Kimseye e-posta gitmez');
  if (startsAt > startAt)
    say('outside-sending-window', 'It starts when the sending window opens', 'Gönderim saati başlayınca başlar');
  if (identity.status !== 'verified')
    say(
      'identity-not-verified',
      'The sending identity is not verified: outside the sandbox this would be refused',
      'Gönderen kimliği doğrulanmadı: sandbox dışında reddedilirdi',
    );
  return warnings;
}
