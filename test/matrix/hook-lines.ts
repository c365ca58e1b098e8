import type { Entry } from './matrix.ts';

const read = (more: Partial<Entry> = {}): Entry => ({ access: 'user', scope: 'webhooks:read', ...more });
const write = (more: Partial<Entry> = {}): Entry => ({ access: 'user', scope: 'webhooks:write', ...more });
const of = 'endpoint';
const URL = 'https://crm.example.com/hooks';
const endpoint = { url: URL, events: ['credits.low', 'campaign.*', '*'], description: 'CRM', enabled: true };

/** Webhooks out. Nobody is at the URL. */
export const hookLines: Record<string, Entry> = {
  'GET /v1/webhook-endpoints': read(),
  'POST /v1/webhook-endpoints': write({ bodies: () => [endpoint] }),
  'GET /v1/webhook-endpoints/{id}': read({ of }),
  'PATCH /v1/webhook-endpoints/{id}': write({ of, bodies: () => [endpoint] }),
  'POST /v1/webhook-endpoints/{id}/rotate-secret': write({ of }),
  'POST /v1/webhook-endpoints/{id}/test': write({ of }),
  'GET /v1/webhook-endpoints/{id}/deliveries': read({ of }),
  'POST /v1/webhook-endpoints/{id}/deliveries/{deliveryId}/replay': write({
    of,
    params: ({ ids }) => ({ deliveryId: ids.delivery }),
  }),
  'POST /v1/webhook-endpoints/{id}/replay': write({
    of,
    bodies: () => [{ from: '2026-03-01T00:00:00Z', to: '2026-03-02T00:00:00+03:00', events: ['credits.*'] }],
  }),
  'GET /v1/webhook-endpoints/{id}/replays/{replayId}': read({ of, params: ({ ids }) => ({ replayId: ids.replay }) }),
  'DELETE /v1/webhook-endpoints/{id}': write({ of }),
};
