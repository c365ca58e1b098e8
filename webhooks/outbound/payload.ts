import { EVENT_VERSION } from './event-catalogue.ts';

export type WebhookEvent = {
  id: string;
  organizationId: string;
  type: string;
  occurredAt: Date;
  data: Record<string, unknown>;
};

/** The body of a webhook: to the byte the same in every attempt. */
export const payloadOf = ({ id, organizationId, type, occurredAt, data }: WebhookEvent): string =>
  JSON.stringify({ id, type, apiVersion: EVENT_VERSION, timestamp: occurredAt.toISOString(), organizationId, data });
