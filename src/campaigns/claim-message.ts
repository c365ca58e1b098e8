import { and, eq, inArray, ne } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { campaignRecipients } from '#src/db/schema/campaigns.ts';
import { messages } from '#src/db/schema/messages.ts';
import { wantedProviderId } from '#src/messages/message.ts';
import { newId } from '#src/platform/ids.ts';
import { parsePersonalised, renderPersonalised } from '#src/templates/personalisation.ts';
import { rampFactor, typingFor } from '#src/windows/pacing.ts';
import type { Admission } from './admit-lane.ts';
import type { Recipient } from './choose-recipient.ts';
import { failRecipient } from './fail-recipient.ts';
import { followRecipients } from './follow-recipients.ts';
import type { Claim, DueLane } from './lane.ts';
import { type Saved, saveClaim } from './save-claim.ts';

/**
 * Writes the claim down: the message row (there is one for each recipient and part, ever), its recipient, the lane's fence
 * and lease. Null when that part was begun before and is not free to be sent, and is left to be reconciled; and for a recipient whose
 * text cannot be filled in, who has failed.
 */
export async function claimMessage(
  ctx: AppContext,
  lane: DueLane,
  admission: Admission,
  recipient: Recipient,
): Promise<Claim | null> {
  const claim = await planOrFail(ctx, lane, admission, recipient);
  if (!claim) return null;
  const saved = await saveClaim(ctx, claim);
  if (!saved) {
    await passOver(ctx, recipient);
    return null;
  }
  return {
    ...claim,
    messageId: saved.id,
    attempt: saved.attempt,
    cold: saved.cold,
    wantedProviderId: await wantedIdOf(ctx, saved),
  };
}

async function planOrFail(
  ctx: AppContext,
  lane: DueLane,
  admission: Admission,
  recipient: Recipient,
): Promise<Claim | null> {
  try {
    return planClaim(ctx, lane, admission, recipient);
  } catch (error) {
    await failRecipient(ctx, recipient, error);
    return null;
  }
}

async function wantedIdOf(ctx: AppContext, { id, round }: Saved): Promise<string> {
  const wanted = wantedProviderId(ctx.authSecret, id, round);
  if (round > 1) await ctx.db.update(messages).set({ wantedProviderId: wanted }).where(eq(messages.id, id));
  return wanted;
}

function planClaim(ctx: AppContext, lane: DueLane, admission: Admission, recipient: Recipient): Claim {
  const { campaign, rules, untilPause } = admission;
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
    part: planned.part,
    kind: planned.kind,
    address: recipient.address,
    body,
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
  const floor = ctx.config.sendDelayFloorSeconds;
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

/** A part that is out already is done (its neighbour was sent again alone); anything else is set aside. */
async function passOver(ctx: AppContext, recipient: Recipient): Promise<void> {
  const [out] = await ctx.db
    .select({ id: messages.id })
    .from(messages)
    .where(
      and(
        eq(messages.recipientId, recipient.id),
        eq(messages.part, recipient.nextPart),
        inArray(messages.status, ['sent', 'delivered', 'read', 'played']),
      ),
    );
  if (!out) return setAside(ctx, recipient);
  await setRecipient(ctx, recipient, { nextPart: recipient.nextPart + 1 });
  await followRecipients(ctx, [recipient.id]);
}

/** Its message was begun and is neither free nor counted: nobody may send it again before it is known what became of it. */
async function setAside(ctx: AppContext, recipient: Recipient): Promise<void> {
  ctx.log.error({ recipientId: recipient.id, part: recipient.nextPart }, 'a part that was begun before came up again');
  await setRecipient(ctx, recipient, { status: 'unknown', statusReason: 'begun-before' });
}

async function setRecipient(ctx: AppContext, recipient: Recipient, set: Partial<Recipient>): Promise<void> {
  await ctx.db
    .update(campaignRecipients)
    .set({ ...set, updatedAt: ctx.clock.now() })
    .where(and(eq(campaignRecipients.id, recipient.id), ne(campaignRecipients.status, 'skipped')));
}
