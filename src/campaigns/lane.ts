import type { Barred } from '#src/accounts/barred-sql.ts';
import type { messageKinds } from '#src/db/schema/messages.ts';

/** A lane as a worker finds it due, with what decides whether it may send. */
export type DueLane = {
  instanceId: string;
  organizationId: string;
  userId: string;
  fence: number;
  /** A message whose worker has not come back within the lease. */
  inFlightMessageId: string | null;
  instanceOpen: boolean;
  /** Why its owner may not send. */
  barred: Barred | null;
};

/** The right to send one message: whoever holds the newest fence of the lane holds it. */
export type Claim = {
  messageId: string;
  fence: number;
  instanceId: string;
  organizationId: string;
  userId: string;
  campaignId: string;
  recipientId: string;
  customerId: string;
  part: number;
  kind: (typeof messageKinds)[number];
  /** E.164. */
  address: string;
  body: string | null;
  mediaId: string | null;
  wantedProviderId: string;
  /** 1 the first time. */
  attempt: number;
  includeGraylisted: boolean;
  delay: { minSeconds: number; maxSeconds: number };
};

/** Longer than the call can take (65 s for texts, 180 s for media), so a lease that has run out means its worker is gone. */
export const leaseMs = (kind: Claim['kind'], recoverySpeed: number): number =>
  ((kind === 'text' ? 90 : 240) * 1000) / recoverySpeed;
