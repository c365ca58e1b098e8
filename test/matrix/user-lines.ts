import type { Entry } from './matrix.ts';

const admin = (more: Partial<Entry> = {}): Entry => ({ access: 'admin', ...more });

/** Users, as the platform's admins see and change them. */
export const userLines: Record<string, Entry> = {
  'GET /v1/admin/users': admin(),
  'GET /v1/admin/user-counts': admin(),
  'GET /v1/admin/users/{id}': admin({ of: 'user' }),
  'POST /v1/admin/users': admin({
    bodies: ({ world }) => [
      { email: 'can@example.com', name: 'Can', language: 'tr', role: 'user', organizationName: 'Can A.Ş.' },
      {
        email: 'ece@example.com',
        name: 'Ece',
        organizationId: world.globex.organizationId,
        organizationRole: 'consultant',
      },
    ],
  }),
  'PATCH /v1/admin/users/{id}': admin({
    of: 'user',
    bodies: () => [{ name: 'Globex', email: 'globex@example.com', role: 'user', organizationRole: 'owner' }],
  }),
  'POST /v1/admin/users/{id}/reset-password': admin({ of: 'user' }),
  'POST /v1/admin/users/{id}/impersonate': admin({ of: 'user', bodies: () => [{ reason: 'asked by phone' }] }),
  'PUT /v1/admin/users/{id}/ban': admin({
    of: 'user',
    bodies: () => [{ reason: 'spam', until: '2026-04-01T00:00:00+03:00' }],
  }),
  'DELETE /v1/admin/users/{id}/ban': admin({ of: 'user' }),
  'DELETE /v1/admin/users/{id}': admin({ of: 'leaver' }),
  'GET /v1/admin/user-deletions': admin(),
  'GET /v1/admin/user-deletions/{id}': admin({ of: 'deletion' }),
};
