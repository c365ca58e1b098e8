import type { Entry } from './matrix.ts';

const admin = (more: Partial<Entry> = {}): Entry => ({ access: 'admin', ...more });

/** The log, and kinds of errors. */
export const logLines: Record<string, Entry> = {
  'GET /v1/admin/logs': admin(),
  'GET /v1/admin/logs/tail': admin(),
  'GET /v1/admin/errors': admin(),
  'GET /v1/admin/errors/{id}': admin({ of: 'error' }),
  'PATCH /v1/admin/errors/{id}': admin({ of: 'error', bodies: () => [{ resolved: true }, { resolved: false }] }),
};
