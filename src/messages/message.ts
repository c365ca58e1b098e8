import { createHmac } from 'node:crypto';
import type { messageKinds, messageStatuses, messages } from '#src/db/schema/messages.ts';

export type Message = typeof messages.$inferSelect;
export type MessageStatus = (typeof messageStatuses)[number];
export type MessageKind = (typeof messageKinds)[number];

/** Evolution's words for how far a message has come. */
export const ackStatuses = ['ERROR', 'PENDING', 'SERVER_ACK', 'DELIVERY_ACK', 'READ', 'PLAYED'] as const;
export type AckStatus = (typeof ackStatuses)[number];
export type Ack = { instanceId: string; providerMessageId: string; status: AckStatus; at: Date };

/**
 * The WhatsApp message id that we ask for: derivable from our own id even if a write of ours is lost.
 * Evolution 2.4 uses it, 2.3.7 chooses its own. A message that WhatsApp refused and that is sent again (round 2 and on) asks for another.
 */
export const wantedProviderId = (secret: string, messageId: string, round = 1): string =>
  `3EB0${createHmac('sha256', secret)
    .update(round === 1 ? messageId : `${messageId}:${round}`)
    .digest('hex')
    .slice(0, 18)
    .toUpperCase()}`;
