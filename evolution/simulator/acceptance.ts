import { followAckPlan } from './ack-plan.ts';
import { emitWebhook } from './emit-webhook.ts';
import { digitsOf } from './faults.ts';
import type { Instance } from './instance.ts';
import { isPhoneJid } from './jid.ts';
import { renderContent } from './message-content.ts';
import { createMessageRow, type MessageKey, type MessageRow } from './message-row.ts';
import type { Outgoing } from './outgoing.ts';
import { messageKeyId } from './randomness.ts';
import type { SendRecord } from './send-log.ts';
import type { World } from './world.ts';

export interface Acceptance {
  verb: string;
  jid: string;
  outgoing: Outgoing;
  /** The `messageId` of the request. */
  messageId: string | null;
  delayMs: number | null;
  /** False: the message reaches the phone and Evolution keeps nothing of it. */
  trace: boolean;
  muted: boolean;
}

const takesOwnId = new Set(['sendText', 'sendMedia', 'sendPtv', 'sendSticker', 'sendPoll']);

function isUngrouped(jid: string): boolean {
  return isPhoneJid(jid) || jid.endsWith('@lid');
}

/** One message as answers, `send.message` and findMessages show it. */
export function presentMessage(instance: Instance, row: MessageRow): Record<string, unknown> {
  const { message, contextInfo, messageType } = renderContent(
    row.content,
    row.timestamp,
    !isUngrouped(row.key.remoteJid),
  );
  return {
    key: row.key,
    ...(row.pushName === null ? {} : { pushName: row.pushName }),
    ...(row.status === null ? {} : { status: row.status }),
    message,
    ...(contextInfo ? { contextInfo } : {}),
    messageType,
    messageTimestamp: row.timestamp,
    instanceId: instance.record.id,
    source: row.source,
  };
}

function keyOf({ verb, jid }: Acceptance, id: string): MessageKey {
  if (verb === 'sendButtons') return { id, remoteJid: jid, participant: jid, fromMe: true };
  return { remoteJid: jid, fromMe: true, id };
}

function referenceOf({ content }: Outgoing): Pick<SendRecord, 'refersTo' | 'emoji'> {
  if (content.quote) return { refersTo: content.quote.stanzaId };
  if (content.kind !== 'plain' || content.messageType !== 'reactionMessage') return {};
  const { text, key } = content.message.reactionMessage as { text: string; key: { id: string } };
  return { refersTo: key.id, emoji: text };
}

function sendRecord(world: World, instance: Instance, acceptance: Acceptance, keyId: string): SendRecord {
  const { verb, jid, outgoing, messageId, delayMs } = acceptance;
  return {
    at: new Date(world.options.now()).toISOString(),
    instance: instance.record.name,
    number: digitsOf(outgoing.number),
    jid,
    verb,
    text: outgoing.text,
    media: outgoing.media,
    keyId,
    messageId,
    delayMs,
    ...referenceOf(outgoing),
    shown: !(messageId === keyId && world.sendLog.hasShown(keyId)),
  };
}

/** The moment the stanza is on its way: from here on the recipient has the message, whatever is answered. */
export function acceptMessage(world: World, instance: Instance, acceptance: Acceptance): MessageRow {
  const { verb, jid, outgoing, messageId, trace, muted } = acceptance;
  const own = world.options.supportsOwnMessageId && takesOwnId.has(verb) ? messageId : null;
  const keyId = own ?? messageKeyId();
  const row = createMessageRow({
    key: keyOf(acceptance, keyId),
    pushName: 'Você',
    content: outgoing.content,
    timestamp: Math.floor(world.options.now() / 1000),
    source: 'web',
    status: 'PENDING',
    expectsReceipts: !muted && isUngrouped(jid),
  });
  const send = sendRecord(world, instance, acceptance, keyId);
  world.sendLog.record(send);
  world.knownNumbers.add(send.number);
  if (!trace) {
    world.journal.write({ line: 'send', send });
    return row;
  }
  world.journal.write({ line: 'message', instanceId: instance.record.id, row, send });
  instance.messages.add(row);
  void emitWebhook(world, instance, 'send.message', presentMessage(instance, row));
  followAckPlan(world, instance, row);
  return row;
}
