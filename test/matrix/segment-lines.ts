import type { Entry } from './matrix.ts';
import type { Scene } from './scene.ts';

const key = (scope: string, more: Partial<Entry> = {}): Entry => ({ access: 'user', scope, ...more });
const filter = ({ ids }: Scene) => ({
  and: [
    { field: 'groupId', op: 'any', value: [ids.group] },
    {
      or: [
        { field: 'consultantId', op: 'none', value: ['none', ids.member] },
        { field: 'addedWithinDays', value: 7 },
      ],
    },
    { not: { field: 'campaign', op: 'read', value: { campaignId: ids.campaign, channel: 'whatsapp' } } },
  ],
});
const foreign =
  (path: string, more: object = {}) =>
  ({ ids }: Scene) => [
    { path, body: { ...more, filter: { field: 'groupId', value: [ids.group] } } },
    { path, body: { ...more, filter: { field: 'segmentId', value: [ids.segment] } } },
    { path, body: { ...more, filter: { field: 'campaign', op: 'read', value: { campaignId: ids.campaign } } } },
  ];

/** Lists by filters, and filters that are kept. */
export const segmentLines: Record<string, Entry> = {
  'GET /v1/customers': key('customers:read', {
    foreign: ({ ids }) => [
      { path: `/v1/customers?groupId=${ids.group}` },
      { path: `/v1/customers?segmentId=${ids.segment}` },
      { path: `/v1/customers?consultantId=${ids.member}` },
    ],
  }),
  'GET /v1/customers/count': key('customers:read'),
  'GET /v1/customers/facets': key('customers:read'),
  'POST /v1/customers/search': key('customers:read', {
    bodies: (scene) => [
      { filter: filter(scene), search: 'ayşe', sort: 'name', order: 'desc', limit: 10 },
      { cursor: Buffer.from(JSON.stringify([scene.ids.customer])).toString('base64url') },
    ],
    foreign: foreign('/v1/customers/search'),
  }),
  'POST /v1/customers/count': key('customers:read', {
    bodies: (scene) => [{ filter: filter(scene) }],
    foreign: foreign('/v1/customers/count'),
  }),
  'GET /v1/segments': key('segments:read'),
  'POST /v1/segments': key('segments:write', {
    bodies: (scene) => [{ name: 'Spring', filter: filter(scene) }],
    foreign: foreign('/v1/segments', { name: 'Theirs' }),
  }),
  'POST /v1/segments/preview': key('segments:read', {
    bodies: (scene) => [{ filter: filter(scene) }],
    foreign: foreign('/v1/segments/preview'),
  }),
  'GET /v1/segments/{id}': key('segments:read', { of: 'segment' }),
  'PATCH /v1/segments/{id}': key('segments:write', {
    of: 'segment',
    bodies: (scene) => [{ name: 'Summer', filter: filter(scene) }],
  }),
};
