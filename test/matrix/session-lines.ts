import type { Entry } from './matrix.ts';

const admin = (more: Partial<Entry> = {}): Entry => ({ access: 'admin', ...more });

/** Where people are signed in, and who is online. Ends sessions, so nothing of theirs may follow. */
export const sessionLines: Record<string, Entry> = {
  'GET /v1/admin/online-users': admin(),
  'GET /v1/admin/online-users/peaks': admin(),
  'GET /v1/auth/sessions': { access: 'user' },
  'DELETE /v1/auth/sessions/{sessionId}': { access: 'user', of: 'session' },
  'DELETE /v1/auth/sessions': { access: 'user' },
  'GET /v1/admin/users/{id}/sessions': admin({ of: 'signedIn' }),
  'DELETE /v1/admin/users/{id}/sessions/{sessionId}': admin({
    of: 'signedIn',
    params: ({ ids }) => ({ sessionId: ids.theirSession }),
  }),
  'DELETE /v1/admin/users/{id}/sessions': admin({ of: 'signedIn' }),
};
