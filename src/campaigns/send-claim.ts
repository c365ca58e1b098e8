import type { MessageKey, SentMessage } from '#src/channels/evolution/evolution-client.ts';
import type { Outcome } from '#src/channels/evolution/outcome.ts';
import type { AppContext } from '#src/context.ts';
import { findStoredMedia } from '#src/files/queries.ts';
import { learnMessageIds } from '#src/instances/learn-message-ids.ts';
import type { Sender } from '#src/instances/sender-of.ts';
import { checkNumber } from '#src/messages/check-number.ts';
import { jidOf } from '#src/messages/is-trace-of.ts';
import { rememberNumber } from '#src/messages/remember-number.ts';
import { isOutage } from '#src/platform/is-outage.ts';
import { StorageError } from '#src/platform/storage.ts';
import { onTrail } from '#src/platform/trail.ts';
import { abandonClaim } from './abandon-claim.ts';
import type { Claim } from './lane.ts';
import { openSendSteps, type SendSteps } from './open-send-steps.ts';
import { recordAbsence } from './record-absence.ts';
import { recordOutcome } from './record-outcome.ts';

type Call = () => Promise<Outcome<SentMessage>>;

/**
 * Sends a claimed message: all that can fail beforehand, then the intent, then the call, then its outcome. No transaction is open
 * during the call. Its `steps` may be taken together with those of other claims.
 * @returns when its lane may go on; null: at once, as nothing was sent.
 */
export function sendClaim(ctx: AppContext, claim: Claim, steps = openSendSteps(ctx)): Promise<Date | null> {
  const { organizationId, userId, campaignId, requestId } = claim;
  const trail = { organizationId, userId, campaignId: campaignId ?? undefined, requestId: requestId ?? undefined };
  return onTrail(trail, () => sendOnce(ctx, claim, steps));
}

async function sendOnce(ctx: AppContext, claim: Claim, steps: SendSteps): Promise<Date | null> {
  const terms = await steps.readTerms(claim);
  if (!terms)
    return recordOutcome(ctx, claim, { kind: 'unavailable', reason: 'instance-closed', cause: 'the instance is gone' });
  const { sender, rules, checked } = terms;
  if (claim.cold && rules.checkNumbers) {
    const { onWhatsapp, asked } = await checkNumber(ctx, sender, claim.address, checked);
    if (onWhatsapp === false) return recordAbsence(ctx, claim, asked).then(() => null);
  }
  const call = await prepareCall(ctx, sender, claim);
  if (typeof call !== 'function') return recordOutcome(ctx, claim, call);
  if (!(await steps.markDispatched({ claim, rules })))
    return abandonClaim(ctx, claim, ctx.clock.now(), null).then(() => null);
  return keepOutcome(ctx, claim, sender, await call(), steps);
}

async function keepOutcome(
  ctx: AppContext,
  claim: Claim,
  sender: Sender,
  outcome: Outcome<SentMessage>,
  steps: SendSteps,
): Promise<Date> {
  if (outcome.kind !== 'accepted') {
    ctx.log.warn({ messageId: claim.messageId, instanceId: claim.instanceId, outcome }, 'a message was not accepted');
    const next = await recordOutcome(ctx, claim, outcome);
    if (outcome.kind === 'rejected' && outcome.reason === 'not-on-whatsapp')
      await rememberNumber(ctx, { phone: claim.address, onWhatsapp: false, jid: null });
    return next;
  }
  const next = await steps.recordSent({ claim, sent: outcome.value });
  // of bulk there are too many
  ctx.log[claim.campaignId ? 'debug' : 'info'](
    { messageId: claim.messageId, instanceId: claim.instanceId },
    'a message was sent',
  );
  if (claim.kind !== 'voice' && claim.kind !== 'audio' && claim.kind !== 'reaction')
    await learnMessageIds(ctx, sender, outcome.value.providerMessageId === claim.wantedProviderId);
  return next;
}

/** The call, ready to be made; or why it cannot be. */
async function prepareCall(ctx: AppContext, sender: Sender, claim: Claim): Promise<Call | Outcome<never>> {
  if (claim.kind === 'reaction') return reactionCall(sender, claim);
  if (claim.mediaId === null) return textCall(sender, claim);
  try {
    return await mediaCall(ctx, sender, claim);
  } catch (error) {
    ctx.log.error({ err: error, mediaId: claim.mediaId }, 'a medium cannot be read');
    if (isOutage(error) || (error instanceof StorageError && error.trouble === 'refused'))
      return { kind: 'unavailable', reason: 'file-unavailable', cause: 'the medium cannot be read for now' };
    return { kind: 'rejected', reason: 'invalid-content', cause: 'the medium cannot be read' };
  }
}

const textCall =
  ({ client, providerName, token }: Sender, claim: Claim): Call =>
  () =>
    client.sendText(
      providerName,
      {
        number: claim.address,
        text: claim.body ?? '',
        messageId: claim.wantedProviderId,
        typingMs: claim.typingMs,
        quoted: answered(claim) ?? undefined,
      },
      token,
    );

/** The message that a single one answers or reacts to, as WhatsApp knows it. */
function answered({ inReplyTo, content, address, campaignId, purpose }: Claim): MessageKey | null {
  if (!inReplyTo || campaignId !== null || purpose !== null) return null;
  return { id: inReplyTo, remoteJid: jidOf(address), fromMe: content?.toOurs === true };
}

function reactionCall({ client, providerName, token }: Sender, claim: Claim): Call | Outcome<never> {
  const to = answered(claim);
  if (!to) return { kind: 'rejected', reason: 'invalid-content', cause: 'a reaction to nothing' };
  return () => client.sendReaction(providerName, { to, emoji: String(claim.content?.emoji ?? '') }, token);
}

async function mediaCall(ctx: AppContext, { client, providerName, token }: Sender, claim: Claim): Promise<Call> {
  const { fileName, mimeType, storageKey } = await findStoredMedia(ctx, claim.organizationId, claim.mediaId!);
  const content = await ctx.storage.blob(storageKey, mimeType);
  const file = { number: claim.address, messageId: claim.wantedProviderId, fileName, mimeType, content };
  const { kind } = claim;
  if (kind === 'voice') return () => client.sendVoice(providerName, file, token);
  if (kind !== 'image' && kind !== 'video' && kind !== 'audio' && kind !== 'document')
    throw new Error(`a ${kind} has no medium`);
  const quoted = answered(claim) ?? undefined;
  return () => client.sendMedia(providerName, { ...file, kind, caption: claim.body, quoted }, token);
}
