import type { AppContext } from '#src/context.ts';
import { readEmailWindow } from '#src/windows/read-email-window.ts';
import { readSendingRules } from '#src/windows/read-sending-rules.ts';
import { ALWAYS_OPEN, type SendingWindow } from '#src/windows/sending-window.ts';
import type { Campaign } from './campaign.ts';

/**
 * When a campaign's messages may be begun: on WhatsApp in its user's hours inside the platform's; by email in the hours that its
 * organization has set for marketing mail, if it has.
 */
export async function readStartWindow(
  ctx: AppContext,
  { channel, userId, organizationId }: Pick<Campaign, 'channel' | 'userId' | 'organizationId'>,
): Promise<SendingWindow> {
  if (channel === 'whatsapp') return (await readSendingRules(ctx, userId)).startWindow;
  return (await readEmailWindow(ctx, organizationId)) ?? ALWAYS_OPEN;
}
