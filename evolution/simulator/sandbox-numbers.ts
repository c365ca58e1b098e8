import type { AckStep } from './ack-plan.ts';
import type { FaultOutcome } from './faults.ts';
import { isPhoneJid, userOf } from './jid.ts';
import type { ResolvedOptions } from './simulator-options.ts';
import type { World } from './world.ts';

/** What a phone does because of its last four digits. */
export interface SandboxRule {
  onWhatsApp?: false;
  outcome?: FaultOutcome;
  /** What its owner writes back once he has read something. */
  answers?: string;
  acks?: (delays: ResolvedOptions['ackDelaysMs']) => AckStep[];
}

const rules: Record<string, SandboxRule> = {
  '0404': { onWhatsApp: false },
  '0408': { acks: () => [] },
  '0463': { acks: ({ delivery }) => [{ status: 'ERROR', afterMs: delivery }] },
  '0475': { acks: () => [] },
  '0201': {
    acks: ({ server, delivery }) => [
      { status: 'SERVER_ACK', afterMs: server },
      { status: 'DELIVERY_ACK', afterMs: delivery },
    ],
  },
  '0202': { acks: ({ server }) => [{ status: 'SERVER_ACK', afterMs: server }] },
  '0409': {
    acks: ({ server, delivery, read }) => [
      { status: 'SERVER_ACK', afterMs: server, duplicate: true },
      { status: 'READ', afterMs: delivery },
      { status: 'DELIVERY_ACK', afterMs: read, duplicate: true },
    ],
  },
  '0290': { acks: (delays) => inForm(delays, 'lid') },
  '0291': { acks: (delays) => inForm(delays, 'device') },
  '0500': { outcome: { kind: 'answer', status: 500, message: 'Connection Closed' } },
  '0400': { outcome: { kind: 'answer', status: 400, message: ['Error: Connection Closed'] } },
  '0503': { outcome: { kind: 'accept-then-answer', status: 400, message: ['Error: Timed Out'] } },
  '0504': { outcome: { kind: 'accept-then-hang' } },
  '0610': { answers: 'Merhaba, fiyatı öğrenebilir miyim?' },
  '0611': { answers: 'İPTAL' },
  '0777': { outcome: { kind: 'answer', status: 400, message: ['SessionError: No sessions'] } },
};

function inForm(delays: ResolvedOptions['ackDelaysMs'], remoteJidForm: 'lid' | 'device'): AckStep[] {
  return [
    { status: 'SERVER_ACK', afterMs: delays.server, remoteJidForm },
    { status: 'DELIVERY_ACK', afterMs: delays.delivery, remoteJidForm },
    { status: 'READ', afterMs: delays.read, remoteJidForm },
  ];
}

export function sandboxRule({ options }: World, jid: string): SandboxRule | undefined {
  if (!options.sandboxNumbers || !isPhoneJid(jid)) return undefined;
  return rules[userOf(jid).slice(-4)];
}
