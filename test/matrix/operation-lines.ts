import { DEAD_LETTERS } from '#src/platform/jobs.ts';
import type { Entry } from './matrix.ts';

const admin = (more: Partial<Entry> = {}): Entry => ({ access: 'admin', ...more });

const settings = () => [
  {
    sendingWindow: { start: '09:00', end: '21:30', days: [1, 2, 3, 4, 5, 6, 7] },
    checkNumbers: true,
    mailGuard: { minimumMails: 500, bouncePercent: 5, complaintPercent: 0.1 },
    delayFloorSeconds: null,
    newUsers: { delay: { minSeconds: 8, maxSeconds: 20 }, dailyCap: 500, pacing: { hourlyCap: 100 } },
    newOrganizations: { timeZone: 'Europe/Istanbul', region: 'TR', locale: 'tr' },
    prices: { smsSegment: 1, credit: { amount: '0.25', currency: 'TRY' } },
    retention: {
      liveEventsHours: 1,
      inboundWebhooksDays: 7,
      outboundWebhooksDays: 30,
      systemMailsDays: 30,
      smsReportsDays: 7,
      importsDays: 7,
      deletedCustomersDays: 30,
    },
    media: {
      mimeTypes: null,
      maxBytes: { image: 5_000_000, video: 16_000_000, audio: 16_000_000, voice: 16_000_000, document: null },
    },
    features: {
      signUp: true,
      whatsapp: true,
      emailCampaigns: true,
      sms: true,
      appointments: true,
      integrations: true,
      webhooks: true,
      imports: true,
    },
  },
];

/** What an operator sees and does beyond organizations: settings, campaigns, lanes, queues. */
export const operationLines: Record<string, Entry> = {
  'GET /v1/admin/settings': admin(),
  'PUT /v1/admin/settings': admin({ bodies: () => [{ ...settings()[0], version: 0 }] }),
  'PATCH /v1/admin/settings': admin({ bodies: () => [{ ...settings()[0], checkNumbers: false, version: 1 }] }),
  'GET /v1/admin/settings/versions': admin(),
  'POST /v1/admin/settings/versions/{version}/restore': admin({
    params: () => ({ version: '0' }),
    bodies: () => [{ version: 2 }],
  }),
  'GET /v1/admin/campaigns': admin(),
  'GET /v1/admin/campaigns/{id}': admin({ of: 'campaign' }),
  'POST /v1/admin/campaigns/{id}/pause': admin({
    of: 'campaign',
    bodies: () => [{ reason: 'Şikâyet var', ownerMayResume: true }],
  }),
  'POST /v1/admin/campaigns/{id}/resume': admin({ of: 'campaign', bodies: () => [{ reason: 'Temiz' }] }),
  'GET /v1/admin/instances': admin(),
  'GET /v1/admin/instances/{id}': admin({ of: 'instance' }),
  'POST /v1/admin/instances/{id}/move': admin({
    of: 'instance',
    bodies: ({ ids }) => [{ serverId: ids.server }],
    answers: 409,
  }),
  'GET /v1/admin/lanes': admin(),
  'GET /v1/admin/mail-lanes': admin(),
  'GET /v1/admin/queues': admin(),
  'GET /v1/admin/queues/{name}/jobs': admin({ params: () => ({ name: DEAD_LETTERS }) }),
  'POST /v1/admin/queues/{name}/redrive': admin({
    params: () => ({ name: DEAD_LETTERS }),
    bodies: () => [{ jobIds: ['019a0000-0000-7000-8000-000000000000'] }],
  }),
  'DELETE /v1/admin/queues/{name}/jobs/{jobId}': admin({
    params: () => ({ name: DEAD_LETTERS, jobId: '019a0000-0000-7000-8000-000000000000' }),
    answers: 404,
  }),
};

/** At the end: nothing comes after it. */
export const lastOperationLines: Record<string, Entry> = {
  'POST /v1/admin/campaigns/{id}/cancel': admin({
    of: 'campaign',
    bodies: () => [{ reason: 'Kural dışı' }],
    answers: 409,
  }),
};
