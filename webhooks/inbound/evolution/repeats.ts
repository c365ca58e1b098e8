import type { Webhook } from './read-webhook.ts';

export type Repeats = { isRepeat(instanceId: string, webhook: Webhook): boolean };

const ONCE_IN_MS = 1_000;
const MOST_REMEMBERED = 20_000;

/**
 * While WhatsApp cannot be reached, Evolution says `connecting` up to 70 times a second for each instance (contract,
 * section 15, 4): one a second is enough, as long as it says nothing else about the connection.
 */
export function createRepeats(): Repeats {
  const lastConnecting = new Map<string, number>();
  return {
    isRepeat(instanceId, { event, payload }) {
      if (event === 'send.message' || event.startsWith('messages.')) return false;
      const state = event === 'connection.update' ? (payload.data as { state?: unknown } | null)?.state : undefined;
      const now = performance.now();
      const last = lastConnecting.get(instanceId);
      if (state === 'connecting' && last !== undefined && now - last < ONCE_IN_MS) return true;
      if (lastConnecting.size >= MOST_REMEMBERED) lastConnecting.clear();
      if (state === 'connecting') lastConnecting.set(instanceId, now);
      else lastConnecting.delete(instanceId);
      return false;
    },
  };
}
