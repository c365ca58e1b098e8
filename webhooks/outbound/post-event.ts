import type { HookOutcome } from '#src/channels/webhooks/hook-client.ts';
import type { AppContext } from '#src/context.ts';
import type { Target } from './lane.ts';
import { payloadOf, type WebhookEvent } from './payload.ts';
import { signPayload } from './sign-payload.ts';

/** Why an event was not even sent: its endpoint's secret was sealed by another AUTH_SECRET. */
export type PostOutcome = HookOutcome | { kind: 'failed'; reason: 'secret-unreadable'; tookMilliseconds: number };

/** Posts one event, signed, to an endpoint. Never throws. */
export async function postEvent(
  { hooks, secrets, log }: AppContext,
  target: Target,
  event: WebhookEvent,
  at: Date,
): Promise<PostOutcome> {
  const body = payloadOf(event);
  try {
    const signed = signPayload(secrets, target, { id: event.id, body, at });
    const headers = { 'content-type': 'application/json', 'user-agent': 'Ulak-Webhooks/1', ...signed };
    return await hooks.post({ url: target.url, headers, body });
  } catch (error) {
    log.error({ err: error, eventId: event.id }, 'a webhook could not be signed');
    return { kind: 'failed', reason: 'secret-unreadable', tookMilliseconds: 0 };
  }
}

/** Why an attempt did not count; null: it did. Any 2xx will do. */
export function faultOf(outcome: PostOutcome): string | null {
  if (outcome.kind === 'failed') return outcome.reason;
  const { status } = outcome;
  if (status >= 200 && status < 300) return null;
  if (status === 410) return 'gone';
  return status >= 300 && status < 400 ? 'redirect' : 'http-status';
}
