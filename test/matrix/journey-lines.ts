import type { Entry } from './matrix.ts';
import type { Scene } from './scene.ts';

const key = (scope: string, more: Partial<Entry> = {}): Entry => ({ access: 'user', scope, of: 'customer', ...more });
const ofInteraction = { params: ({ ids }: Scene) => ({ interactionId: ids.interaction }) };
const interaction = {
  kind: 'call',
  direction: 'in',
  happenedAt: '2026-03-01T12:00:00+03:00',
  durationMinutes: 5,
  outcome: 'Reached',
  text: 'Calls back',
};

/** A customer's timeline, and what is noted by hand. */
export const journeyLines: Record<string, Entry> = {
  'GET /v1/customers/{id}/timeline': key('customers:read'),
  'GET /v1/customers/{id}/interactions': key('customers:read'),
  'POST /v1/customers/{id}/interactions': key('customers:write', { bodies: () => [interaction] }),
  'GET /v1/customers/{id}/interactions/{interactionId}': key('customers:read', ofInteraction),
  'PATCH /v1/customers/{id}/interactions/{interactionId}': key('customers:write', {
    ...ofInteraction,
    bodies: () => [interaction],
  }),
  'DELETE /v1/customers/{id}/interactions/{interactionId}': key('customers:write', ofInteraction),
};
