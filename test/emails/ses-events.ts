import { recordCarrierEvents } from '#src/emails/record-carrier-events.ts';
import type { World } from '#test/support/world.ts';

let notices = 0;

type Told = {
  recipientId?: string;
  messageId?: string;
  at: Date;
  address?: string;
  detail?: Record<string, unknown>;
};

/** As SES publishes it by a configuration set, stored by the webhook. */
export function sesEvent(eventType: string, { recipientId, messageId, at, address, detail = {} }: Told) {
  const name = eventType === 'DeliveryDelay' ? 'deliveryDelay' : eventType.toLowerCase();
  return {
    eventType,
    mail: {
      timestamp: at.toISOString(),
      messageId: messageId ?? `ses-${recipientId}`,
      destination: [address ?? 'somebody@example.com'],
      tags: recipientId ? { recipient: [recipientId] } : {},
    },
    [name]: { timestamp: at.toISOString(), ...detail },
  };
}

export const bounce = (bounceType: 'Permanent' | 'Transient', status: string, bounceSubType = 'General') => ({
  bounceType,
  bounceSubType,
  bouncedRecipients: [{ emailAddress: 'somebody@example.com', status, diagnosticCode: `smtp; ${status}` }],
});

export const tell = ({ ctx }: World, ...events: Record<string, unknown>[]): Promise<number> =>
  recordCarrierEvents(
    ctx,
    events.map((event) => ({ carrier: 'ses', noticeId: `notice-${++notices}`, payload: { event } })),
  );
