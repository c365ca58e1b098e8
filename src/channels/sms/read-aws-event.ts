import { z } from 'zod';
import type { SmsFailure, SmsReport } from './sms-carrier.ts';

const AwsEvent = z.object({
  eventType: z.string(),
  eventTimestamp: z.number().int().min(0).max(253_402_300_799_000),
  isFinal: z.boolean().optional(),
  messageId: z.string().min(1).max(200),
  context: z.record(z.string(), z.unknown()).nullish(),
});

/** docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-types.html; the rest is no last word. */
const failures: Record<string, SmsFailure> = {
  TEXT_INVALID: 'invalid-phone',
  TEXT_INVALID_MESSAGE: 'invalid-content',
  TEXT_UNREACHABLE: 'unreachable',
  TEXT_CARRIER_UNREACHABLE: 'carrier',
  TEXT_BLOCKED: 'refused',
  TEXT_CARRIER_BLOCKED: 'refused',
  TEXT_PROTECT_BLOCKED: 'refused',
  TEXT_SPAM: 'refused',
  TEXT_TTL_EXPIRED: 'expired',
};

/** What an event of AWS End User Messaging says; null for what is none, or not the last word. */
export function readAwsEvent(json: unknown): SmsReport | null {
  const read = AwsEvent.safeParse(json);
  if (!read.success) return null;
  const { eventType, eventTimestamp, isFinal, messageId, context } = read.data;
  // where a country's operators say no more, taken over by the operator is the last word
  const delivered = eventType === 'TEXT_DELIVERED' || (eventType === 'TEXT_SUCCESSFUL' && isFinal === true);
  const reason = failures[eventType] ?? null;
  if (!delivered && !reason) return null;
  return {
    providerMessageId: messageId,
    ...(z.uuid().safeParse(context?.sms).success && { smsId: context!.sms as string }),
    status: delivered ? 'delivered' : 'failed',
    reason: delivered ? null : reason,
    at: new Date(eventTimestamp),
  };
}
