import { userOf } from './jid.ts';
import type { Milliseconds } from './simulator-options.ts';
import type { World } from './world.ts';

/**
 * What a call gets instead of the usual answer. `accept…` kinds really send before they misbehave;
 * `trace: false` sends without row, webhook or receipts, as when Evolution dies between relay and row.
 */
export type FaultOutcome =
  | { kind: 'answer'; status: number; message?: unknown; body?: unknown }
  | { kind: 'hang'; ms?: Milliseconds }
  | { kind: 'slow'; ms: Milliseconds }
  | { kind: 'reset' }
  | { kind: 'no-key'; body?: unknown }
  | { kind: 'license' }
  | { kind: 'mute' }
  | { kind: 'late-answer'; ms: Milliseconds }
  | { kind: 'accept-then-hang'; ms?: Milliseconds; trace?: boolean }
  | { kind: 'accept-then-answer'; status: number; message?: unknown; body?: unknown; trace?: boolean }
  | { kind: 'accept-then-reset'; trace?: boolean };

export interface FaultRule {
  /** Exact instance name. */
  instance?: string;
  /** Digits of the recipient; `*0463` matches an ending. */
  number?: string;
  /** `sendText`, `connect`, `findMessages`…; absent: every send (and every route for `license`); `*`: every route. */
  verb?: string;
  probability?: number;
  /** How many more times the rule applies; absent: always. */
  count?: number;
  outcome: FaultOutcome;
}

function matchesNumber(pattern: string, number: string | undefined): boolean {
  if (number === undefined) return false;
  return pattern.startsWith('*') ? number.endsWith(pattern.slice(1)) : pattern.replace(/\D/g, '') === number;
}

function applies(rule: FaultRule, call: FaultCall): boolean {
  const everyRoute = rule.verb === '*' || (rule.verb === undefined && rule.outcome.kind === 'license');
  if (!everyRoute && (rule.verb ? rule.verb !== call.verb : !call.isSend)) return false;
  if (rule.instance !== undefined && rule.instance !== call.instance) return false;
  return rule.number === undefined || matchesNumber(rule.number, call.number);
}

export interface FaultCall {
  verb: string;
  instance?: string;
  /** Digits as sent by the caller. */
  number?: string;
  isSend: boolean;
}

/** The outcome of the first rule that applies and whose dice fall so; uses up one of its count. */
export function drawFault(world: World, call: FaultCall, rules = world.faults): FaultOutcome | undefined {
  for (const rule of rules) {
    if (!applies(rule, call)) continue;
    if (rule.count !== undefined && rule.count <= 0) continue;
    if (rule.probability !== undefined && world.drawFault() >= rule.probability) continue;
    if (rule.count !== undefined) rule.count -= 1;
    return rule.outcome;
  }
  return undefined;
}

export function digitsOf(number: string): string {
  return userOf(number).replace(/\D/g, '');
}
