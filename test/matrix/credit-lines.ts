import type { Entry } from './matrix.ts';

const read = (more: Partial<Entry> = {}): Entry => ({ access: 'user', scope: 'credits:read', ...more });
const admin = (more: Partial<Entry> = {}): Entry => ({ access: 'admin', ...more });

/** What users have, and what moves it. */
export const creditLines: Record<string, Entry> = {
  'GET /v1/credits': read(),
  'GET /v1/credits/transactions': read(),
  'GET /v1/credits/transactions.csv': read(),
  'POST /v1/credits/transfers': {
    access: 'user',
    bodies: ({ ids, world }) => [
      { toUserId: ids.member, amount: 5, note: 'for April' },
      { fromUserId: ids.member, toUserId: world.acme.userId, amount: 5 },
    ],
    foreign: ({ ids, world }) => [
      { path: '/v1/credits/transfers', body: { toUserId: world.acme.userId, amount: 1 } },
      { path: '/v1/credits/transfers', body: { fromUserId: ids.member, toUserId: world.globex.userId, amount: 1 } },
    ],
  },
  'GET /v1/credits/chart': read(),
  'POST /v1/admin/users/{id}/credits': admin({ of: 'user', bodies: () => [{ amount: 10, note: 'invoice 7' }] }),
  'GET /v1/admin/users/{id}/credits/transactions': admin({ of: 'user' }),
  'GET /v1/admin/users/{id}/credits/transactions.csv': admin({ of: 'user' }),
  'POST /v1/admin/credits/transfers': admin({
    bodies: ({ ids, world }) => [{ fromUserId: world.acme.userId, toUserId: ids.member, amount: 5, note: 'n' }],
  }),
  'GET /v1/admin/credits/chart': admin(),
  'GET /v1/admin/credits/low': admin(),
  'GET /v1/admin/ledger': admin(),
};
