import type { Entry, RawBody } from './matrix.ts';

const archive: RawBody = {
  headers: { 'content-type': 'application/gzip' },
  content: () => Buffer.from('no archive'),
  begin: Buffer.from([0x1f, 0x8b]),
  // as the scene's configuration says
  limitBytes: 4 * 1024 * 1024,
};
const passphrase = 'uzun bir parola';
const admin = (more: Partial<Entry> = {}): Entry => ({ access: 'admin', ...more });
const owner = (more: Partial<Entry> = {}): Entry => ({ access: 'user', ...more });

/** Archives of everything or of one organization, out and in. */
export const archiveLines: Record<string, Entry> = {
  'POST /v1/admin/exports': admin({
    bodies: ({ world }) => [{ scope: world.acme.organizationId, includeFiles: false, passphrase }],
    answers: 409,
  }),
  'GET /v1/admin/exports': admin(),
  'GET /v1/admin/exports/{id}': admin({ of: 'export' }),
  'GET /v1/admin/exports/{id}/content': admin({ of: 'export', answers: 409 }),
  'DELETE /v1/admin/exports/{id}': admin({ of: 'export' }),
  'POST /v1/admin/imports': admin({ raw: archive }),
  'GET /v1/admin/imports': admin(),
  'GET /v1/admin/imports/{id}': admin({ of: 'archive' }),
  'POST /v1/admin/imports/{id}/check': admin({
    of: 'archive',
    bodies: () => [{ mode: 'new', organizationId: null, passphrase, emails: { 'a@example.com': 'b@example.com' } }],
    answers: 409,
  }),
  'POST /v1/admin/imports/{id}/apply': admin({ of: 'archive', bodies: () => [{ confirm: 'acme' }], answers: 409 }),
  'DELETE /v1/admin/imports/{id}': admin({ of: 'archive' }),
  'POST /v1/exports': owner({ bodies: () => [{ includeFiles: true, passphrase }], answers: 409 }),
  'GET /v1/exports': owner(),
  'GET /v1/exports/{id}': owner({ of: 'ownExport' }),
  'GET /v1/exports/{id}/content': owner({ of: 'ownExport', answers: 409 }),
  'DELETE /v1/exports/{id}': owner({ of: 'ownExport' }),
};
