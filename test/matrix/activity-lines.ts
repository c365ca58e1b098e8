import type { Entry } from './matrix.ts';

const read = (more: Partial<Entry> = {}): Entry => ({ access: 'user', scope: 'activities:read', ...more });
const admin = (more: Partial<Entry> = {}): Entry => ({ access: 'admin', ...more });

/** The audit trail: one's own, and everybody's. */
export const activityLines: Record<string, Entry> = {
  'GET /v1/activities': read({
    foreign: ({ world, ids }) => [
      { path: `/v1/activities?userId=${world.acme.userId}&of=organization` },
      { path: `/v1/activities?subjectType=customer&subjectId=${ids.customer}&of=organization` },
      { path: `/v1/activities?apiKeyId=${ids.apiKey}&of=organization` },
      { path: `/v1/activities?search=${ids.customer}&of=organization` },
    ],
  }),
  'GET /v1/activities.csv': read(),
  'GET /v1/activities/{id}': read({ of: 'activity' }),
  'GET /v1/activity-verbs': read(),
  'GET /v1/admin/activities': admin(),
  'GET /v1/admin/activities.csv': admin(),
  'GET /v1/admin/activities/{id}': admin({ of: 'activity' }),
};
