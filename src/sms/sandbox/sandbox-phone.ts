import type { SmsRejection, SmsUnavailability } from '#src/channels/sms/sms-outcome.ts';

export type SandboxFate =
  | { kind: 'taken'; fate: 'delivered' | 'failed' | 'silent'; answerLost?: true }
  | { kind: 'rejected'; reason: SmsRejection }
  | { kind: 'unavailable'; reason: SmsUnavailability };

const fates: Record<string, SandboxFate> = {
  '0404': { kind: 'rejected', reason: 'invalid-phone' },
  '0463': { kind: 'rejected', reason: 'refused' },
  '0410': { kind: 'taken', fate: 'failed' },
  '0408': { kind: 'taken', fate: 'silent' },
  '0429': { kind: 'unavailable', reason: 'throttled' },
  '0503': { kind: 'taken', fate: 'delivered', answerLost: true },
  '0504': { kind: 'taken', fate: 'delivered', answerLost: true },
};

/** By the last four digits, so that every outcome can be tried; see the README's table. */
export const fateOf = (phone: string): SandboxFate => fates[phone.slice(-4)] ?? { kind: 'taken', fate: 'delivered' };
