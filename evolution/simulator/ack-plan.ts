import { emitWebhook } from './emit-webhook.ts';
import type { Instance } from './instance.ts';
import { isPhoneJid, type JidForm, jidInForm, userOf } from './jid.ts';
import type { MessageRow, MessageStatus } from './message-row.ts';
import { drawMilliseconds, rowId } from './randomness.ts';
import { answerFromSandbox } from './sandbox-answer.ts';
import { sandboxRule } from './sandbox-numbers.ts';
import type { Milliseconds } from './simulator-options.ts';
import { later, type World } from './world.ts';

export interface AckStep {
  status: Exclude<MessageStatus, 'PENDING'>;
  /** Counted from the acceptance of the message. */
  afterMs: Milliseconds;
  remoteJidForm?: JidForm;
  /** The same receipt once more, as from a second device. */
  duplicate?: boolean;
}

function defaultPlan({ options: { ackDelaysMs } }: World): AckStep[] {
  return [
    { status: 'SERVER_ACK', afterMs: ackDelaysMs.server },
    { status: 'DELIVERY_ACK', afterMs: ackDelaysMs.delivery },
    { status: 'READ', afterMs: ackDelaysMs.read },
  ];
}

/** By number: the plan set by control call, else the sandbox number's, else all three receipts. */
export function planFor(world: World, jid: string): AckStep[] {
  const plan = world.ackPlans.get(userOf(jid));
  if (plan) return plan;
  return sandboxRule(world, jid)?.acks?.(world.options.ackDelaysMs) ?? defaultPlan(world);
}

/** Stores the status row and posts `messages.update`; waits for the reconnect while the socket is down. */
export function acknowledge(world: World, instance: Instance, row: MessageRow, step: AckStep): void {
  if (instance.state !== 'open') {
    instance.held.push(() => acknowledge(world, instance, row, step));
    return;
  }
  const remoteJid = jidInForm(row.key.remoteJid, step.remoteJidForm ?? 'phone');
  for (let times = step.duplicate ? 2 : 1; times > 0; times -= 1) {
    const update = { id: rowId(), remoteJid, status: step.status };
    row.updates.push(update);
    world.journal.write({ line: 'status', instanceId: instance.record.id, keyId: row.key.id, update });
    void emitWebhook(world, instance, 'messages.update', {
      keyId: row.key.id,
      remoteJid,
      fromMe: row.key.fromMe,
      status: step.status,
      instanceId: instance.record.id,
      messageId: row.id,
    });
  }
}

/** Schedules the receipts that a message still lacks; also used when a restarted simulator resumes. */
export function followAckPlan(world: World, instance: Instance, row: MessageRow): void {
  if (!row.expectsReceipts || !(isPhoneJid(row.key.remoteJid) || row.key.remoteJid.endsWith('@lid'))) return;
  const seen = new Set(row.updates.map((update) => update.status));
  const { device } = instance;
  for (const step of planFor(world, row.key.remoteJid)) {
    if (seen.has(step.status)) continue;
    later(world, drawMilliseconds(world.draw, step.afterMs), () => {
      const deleted = world.instances.get(instance.record.name) !== instance;
      if (deleted || instance.device !== device) return;
      acknowledge(world, instance, row, step);
      if (step.status === 'READ') answerFromSandbox(world, instance, row);
    });
  }
}

/** Further receipts for whatever was sent to that number; answers how many messages they are about. */
export function acknowledgeSent(world: World, user: string, steps: AckStep[]): number {
  let messages = 0;
  for (const instance of world.instances.values())
    for (const row of instance.messages.all()) {
      if (!row.key.fromMe || userOf(row.key.remoteJid) !== user) continue;
      messages += 1;
      for (const step of steps)
        later(world, drawMilliseconds(world.draw, step.afterMs), () => acknowledge(world, instance, row, step));
    }
  return messages;
}
