import type { AppContext } from '#src/context.ts';
import { wantedProviderId } from '#src/messages/message.ts';
import { parsePersonalised, renderPersonalised } from '#src/personalisation/personalisation.ts';
import { newId } from '#src/platform/ids.ts';
import { rampFactor, typingFor } from '#src/windows/pacing.ts';
import type { Admission } from './admit-lanes.ts';
import type { Recipient } from './choose-recipients.ts';
import type { Claim, DueLane } from './lane.ts';

/** The claim of a recipient's next part, as it will stand if nobody began that part before; throws when its text cannot be filled in. */
export function planClaim(ctx: AppContext, admission: Admission, recipient: Recipient): Claim {
  const { lane, campaign, rules, untilPause } = admission;
  const planned = campaign.plan[recipient.nextPart - 1]!;
  const text = planned.body === null ? null : textOf(campaign, recipient, planned.body);
  const body = text === null ? null : render(text, recipient, rules.locale);
  const messageId = newId();
  return {
    messageId,
    wantedProviderId: wantedProviderId(ctx.authSecret, messageId),
    attempt: 1,
    fence: lane.fence + 1,
    instanceId: lane.instanceId,
    organizationId: campaign.organizationId,
    userId: campaign.userId,
    campaignId: campaign.id,
    recipientId: recipient.id,
    customerId: recipient.customerId,
    purpose: null,
    requestId: campaign.requestId,
    part: planned.part,
    kind: planned.kind,
    address: recipient.address,
    body,
    inReplyTo: null,
    content: null,
    mediaId: planned.mediaId,
    includeGraylisted: campaign.audience.includeGraylisted ?? false,
    cold: recipient.cold && recipient.nextPart === 1,
    untilPause: untilPause === null ? null : untilPause - 1,
    typingMs: planned.kind === 'text' ? typingFor(rules.pacing, body) : 0,
    delay: delayOf(ctx, lane, admission),
  };
}

/** Between the floor and, for a while after a reconnect, several times what is set. */
function delayOf(ctx: AppContext, { connectedAt }: DueLane, { campaign, rules }: Admission): Claim['delay'] {
  const factor = rampFactor(rules.pacing, connectedAt, ctx.clock.now());
  const floor = rules.delayFloorSeconds;
  return {
    minSeconds: Math.max(campaign.delayMinSeconds ?? rules.delayMinSeconds, floor) * factor,
    maxSeconds: Math.max(campaign.delayMaxSeconds ?? rules.delayMaxSeconds, floor) * factor,
  };
}

function render(body: string, recipient: Recipient, locale: 'tr' | 'en'): string {
  const parsed = parsePersonalised(body);
  if (!parsed.ok) throw new Error(`a frozen text cannot be read: ${parsed.error.en}`);
  const { campaignId, customerId, variables } = recipient;
  return renderPersonalised(parsed.template, variables, locale, `${campaignId}:${customerId}`);
}

/** Of several variants, the recipient's own. */
const textOf = ({ variants }: Admission['campaign'], { bucket }: Recipient, text: string): string =>
  variants?.[bucket % variants.length] ?? text;
