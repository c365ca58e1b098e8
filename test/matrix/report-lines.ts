import { logLines } from './log-lines.ts';
import type { Entry } from './matrix.ts';

const read = (more: Partial<Entry> = {}): Entry => ({ access: 'user', scope: 'reports:read', ...more });
const write = (more: Partial<Entry> = {}): Entry => ({ access: 'user', scope: 'reports:write', ...more });

/** Reports, and what operators read: at once, by a job, and by mail on the first of the month. */
export const reportLines: Record<string, Entry> = {
  ...logLines,
  'GET /v1/reports/monthly': read(),
  'GET /v1/reports/consultants': read(),
  'GET /v1/reports/lead-sources': read(),
  'POST /v1/reports': write({
    bodies: () => [
      { kind: 'monthly', month: '2026-01', format: 'csv', language: 'tr' },
      { kind: 'consultants', year: '2025', format: 'csv' },
      { kind: 'lead-sources', from: '2026-01-01', to: '2026-01-31', format: 'csv' },
    ],
  }),
  'GET /v1/reports': read(),
  'GET /v1/reports/{id}': read({ of: 'report' }),
  'GET /v1/reports/{id}/content': read({ of: 'report', answers: 409 }),
  'GET /v1/report-schedule': read(),
  'PUT /v1/report-schedule': write({ bodies: () => [{ enabled: true, kind: 'monthly', format: 'pdf' }] }),
};
