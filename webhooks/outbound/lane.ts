import type { WebhookEvent } from './payload.ts';
import type { SigningSecrets } from './sign-payload.ts';

/** Whose turn it is: an endpoint in the hands of one worker, which alone sends to it until the turn is over. */
export type Lane = {
  endpointId: string;
  organizationId: string;
  /** When it was last changed by a person: what we know of it from before says nothing of what comes after. */
  updatedAt: string;
  state: LaneState;
};

export type LaneState = {
  failuresInRow: number;
  failingSince: Date | null;
  lastSuccess: Date | null;
  slow: boolean;
  pausedUntil: Date | null;
  /** It said that it is gone for good (410). */
  gone: boolean;
};

export type DueDelivery = { id: string; run: number; attempts: number; event: WebhookEvent };

/** Where deliveries go now, and what signs them. */
export type Target = SigningSecrets & { url: string };

/** What became of one attempt. */
export type AttemptResult = {
  id: string;
  deliveryId: string;
  organizationId: string;
  run: number;
  attempt: number;
  status: 'pending' | 'delivered' | 'failed';
  /** When it is tried again. */
  dueAt: Date | null;
  attemptedAt: Date;
  statusCode: number | null;
  error: string | null;
  tookMilliseconds: number;
  response: string | null;
};

/** Requests to one endpoint at a time; to one that has just failed, one. */
export const laneWidth = ({ failuresInRow }: LaneState): number => (failuresInRow > 0 ? 1 : 4);
