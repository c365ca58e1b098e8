import type { Barred } from '#src/accounts/barred-sql.ts';
import type { messageKinds, messagePurposes } from '#src/db/schema/messages.ts';
import type { BreakerState } from '#src/instances/breaker.ts';

/** A lane as a worker finds it due, with what decides whether it may send. */
export type DueLane = {
  instanceId: string;
  organizationId: string;
  userId: string;
  fence: number;
  /** A message whose worker has not come back within the lease. */
  inFlightMessageId: string | null;
  instanceOpen: boolean;
  /** The platform admin has stopped all sending by WhatsApp. */
  switchedOff: boolean;
  /** Why its owner may not send. */
  barred: Barred | null;
  connectedAt: Date | null;
  numberSinceAt: Date | null;
  nextAllowedAt: Date | null;
  untilPause: number | null;
  health: { all: Health | null; cold: Health | null };
  /** Whether a single message waits on it. */
  hasSingle: boolean;
};

/** A breaker that was open once. */
export type Health = { state: BreakerState; reason: string | null; retryAt: Date | null };

type MessagePurpose = (typeof messagePurposes)[number];

/** The right to send one message: whoever holds the newest fence of the lane holds it. */
export type Claim = {
  messageId: string;
  fence: number;
  instanceId: string;
  organizationId: string;
  userId: string;
  /** Null, and its recipient: a single message, not bound by the bulk window. */
  campaignId: string | null;
  recipientId: string | null;
  customerId: string | null;
  purpose: MessagePurpose | null;
  /** Of the request that it comes from. */
  requestId: string | null;
  part: number;
  kind: (typeof messageKinds)[number];
  /** E.164. */
  address: string;
  body: string | null;
  /** Of single messages: WhatsApp's id of what is answered or reacted to, and what there is to know of it. */
  inReplyTo: string | null;
  content: Record<string, unknown> | null;
  mediaId: string | null;
  wantedProviderId: string;
  /** 1 the first time. */
  attempt: number;
  includeGraylisted: boolean;
  /** The first message ever to its customer. */
  cold: boolean;
  /** What is left until the lane's next longer pause, this message counted; null: no pauses. */
  untilPause: number | null;
  /** How long "typing…" is shown first. */
  typingMs: number;
  delay: { minSeconds: number; maxSeconds: number };
};

/** Seconds: longer than the call can take (65 s for texts, 180 s for media), so a lease that has run out means its worker is gone. */
const LEASE_SECONDS = { text: 90, media: 240 };
/** What must be left of it when the call begins. */
const CALL_SECONDS = { text: 75, media: 190 };

const kindOf = (kind: Claim['kind']): 'text' | 'media' => (kind === 'text' || kind === 'reaction' ? 'text' : 'media');

export const leaseMs = (kind: Claim['kind'], recoverySpeed: number): number =>
  (LEASE_SECONDS[kindOf(kind)] * 1000) / recoverySpeed;

export const callMs = (kind: Claim['kind'], recoverySpeed: number): number =>
  (CALL_SECONDS[kindOf(kind)] * 1000) / recoverySpeed;
