import { emitWebhook } from './emit-webhook.ts';
import { receiveInbound } from './inbound.ts';
import type { Instance } from './instance.ts';
import { userOf } from './jid.ts';
import type { MessageRow } from './message-row.ts';
import { sandboxRule } from './sandbox-numbers.ts';
import type { World } from './world.ts';

/** Somebody who has read a message writes back, once, if his number says so. */
export function answerFromSandbox(world: World, instance: Instance, { key }: MessageRow): void {
  const text = sandboxRule(world, key.remoteJid)?.answers;
  if (text === undefined) return;
  const answered = instance.messages.find({ remoteJid: key.remoteJid }).some((row) => !row.key.fromMe);
  if (answered) return;
  const { remoteJid } = key;
  void emitWebhook(world, instance, 'presence.update', {
    id: remoteJid,
    presences: { [remoteJid]: { lastKnownPresence: 'composing' } },
  });
  receiveInbound(world, instance, { kind: 'text', from: userOf(key.remoteJid), text });
}
