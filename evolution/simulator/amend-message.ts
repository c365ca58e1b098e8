import { presentMessage } from './acceptance.ts';
import { emitWebhook } from './emit-webhook.ts';
import { badRequest } from './evolution-error.ts';
import type { Instance } from './instance.ts';
import type { MessageRow, MessageStatus } from './message-row.ts';
import { messageKeyId, rowId } from './randomness.ts';
import type { Fields } from './request-body.ts';
import type { World } from './world.ts';

function ownRow(instance: Instance, id: unknown): MessageRow {
  if (instance.state !== 'open') throw badRequest('Error: Connection Closed');
  const row = instance.messages.byKeyId(String(id));
  if (!row) throw badRequest('Message not found');
  return row;
}

export function noteStatus(world: World, instance: Instance, row: MessageRow, status: MessageStatus): void {
  const update = { id: rowId(), remoteJid: row.key.remoteJid, status };
  row.updates.push(update);
  world.journal.write({ line: 'message', instanceId: instance.record.id, row });
}

function protocolAnswer(row: MessageRow, protocolMessage: Record<string, unknown>): Record<string, unknown> {
  const { remoteJid } = row.key;
  return {
    key: { remoteJid, fromMe: true, id: messageKeyId() },
    message: { protocolMessage: { key: { remoteJid, fromMe: true, id: row.key.id }, ...protocolMessage } },
    messageTimestamp: String(Math.floor(Date.now() / 1000)),
    status: 'PENDING',
  };
}

/** POST /chat/updateMessage: answers the raw Baileys message and posts `send.message.update`. */
export function editMessage(world: World, instance: Instance, { key, text }: Fields): unknown {
  const row = ownRow(instance, (key as { id?: string }).id);
  const now = Date.now();
  const editedMessage = { extendedTextMessage: { text } };
  row.content = { kind: 'plain', messageType: 'conversation', message: { conversation: text }, context: 'beside' };
  row.timestamp = Math.floor(now / 1000);
  noteStatus(world, instance, row, 'EDITED');
  const { id, remoteJid, fromMe } = row.key;
  void emitWebhook(world, instance, 'send.message.update', {
    key: { id, remoteJid, fromMe },
    editedMessage,
    timestampMs: now,
    type: 14,
  });
  return protocolAnswer(row, { type: 'MESSAGE_EDIT', editedMessage, timestampMs: String(now) });
}

/** DELETE /chat/deleteMessageForEveryone: answers the raw Baileys message and posts `messages.delete`. */
export function deleteForEveryone(world: World, instance: Instance, { id }: Fields): unknown {
  const row = ownRow(instance, id);
  world.sendLog.noteDeed({ deed: 'recall', instance: instance.record.name, of: row.key.id });
  row.key.deleted = true;
  row.status = 'DELETED';
  noteStatus(world, instance, row, 'DELETED');
  const { contextInfo: _contextInfo, ...shown } = presentMessage(instance, row);
  void emitWebhook(world, instance, 'messages.delete', { ...shown, id: row.id, participant: null });
  return protocolAnswer(row, { type: 'REVOKE' });
}
