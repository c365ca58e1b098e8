import type { Hono } from 'hono';
import { rememberPassiveSender } from '#evolution/simulator/contact-book.ts';
import { emitWebhook } from '#evolution/simulator/emit-webhook.ts';
import { createMessageRow } from '#evolution/simulator/message-row.ts';
import { type Fields, readJson } from '#evolution/simulator/request-body.ts';
import { answer, type SimulatorEnv } from '#evolution/simulator/simulator-context.ts';
import type { World } from '#evolution/simulator/world.ts';

interface PassiveInbound {
  numberId?: string;
  key?: { id: string; remoteJid: string; fromMe: boolean };
  pushName?: string;
  message?: Fields;
  messageType?: string;
}

function receive(world: World, { numberId, key, pushName, message, messageType }: PassiveInbound): boolean {
  const instance = [...world.instances.values()].find(
    ({ record }) => record.integration === 'EVOLUTION' && record.number === numberId,
  );
  if (!instance || !key || !message) return false;
  const type = messageType ?? 'conversation';
  const timestamp = Math.round(Date.now() / 1000);
  const row = createMessageRow({
    key: { id: key.id, remoteJid: key.remoteJid, fromMe: key.fromMe },
    pushName: pushName ?? null,
    content: { kind: 'plain', messageType: type, message, context: 'none' },
    timestamp,
    source: 'unknown',
    status: null,
    expectsReceipts: false,
  });
  instance.messages.add(row);
  const common = {
    message,
    messageType: type,
    messageTimestamp: timestamp,
    source: 'unknown',
    instanceId: instance.record.id,
  };
  void emitWebhook(world, instance, 'messages.upsert', { key: row.key, pushName, ...common });
  rememberPassiveSender(world, instance, key.remoteJid, pushName ?? '');
  return true;
}

/** The EVOLUTION channel's way in; no key, and an unknown number is a silent 200. */
export function addEvolutionChannelRoutes(app: Hono<SimulatorEnv>, world: World): void {
  app.post('/webhook/evolution', async (c) => {
    const known = receive(world, (await readJson(c)) as PassiveInbound);
    return known ? answer(c, 200, { status: 'success' }) : c.body('', 200);
  });
}
