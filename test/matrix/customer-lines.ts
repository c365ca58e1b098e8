import type { Entry, RawBody } from './matrix.ts';
import type { Scene } from './scene.ts';

type Body = Record<string, unknown>;
const key = (scope: string, more: Partial<Entry> = {}): Entry => ({ access: 'user', scope, ...more });
const csv: RawBody = {
  headers: { 'content-type': 'text/csv' },
  content: () => 'firstName;phone\nHülya;0532 999 00 11\n',
  begin: Buffer.from('firstName\n'),
  limitBytes: 50 * 1024 * 1024,
};
const customer = ({ ids }: Scene): Body => ({
  firstName: 'Zeynep',
  lastName: 'Arslan',
  phone: '0532 777 11 22',
  email: 'zeynep@example.com',
  countryCode: 'TR',
  source: 'fair',
  consultantId: ids.member,
  tags: ['vip'],
  note: 'Calls back',
  marketingConsent: {
    email: true,
    whatsapp: false,
    source: 'form',
    text: 'Agreed',
    givenAt: '2026-03-01T12:00:00+03:00',
  },
});
const strangersInMyGroup = ({ ids, globex }: Scene) => [
  { path: `/v1/groups/${globex.groupId}/customers`, body: { customerIds: [globex.customerId, ids.customer] } },
];

/** Customers, their consent, groups and suppressions. */
export const customerLines: Record<string, Entry> = {
  'GET /v1/customers': key('customers:read', {
    foreign: ({ ids }) => [
      { path: `/v1/customers?groupId=${ids.group}` },
      { path: `/v1/customers?consultantId=${ids.member}` },
    ],
  }),
  'POST /v1/customers': key('customers:write', {
    bodies: (scene) => [customer(scene)],
    foreign: ({ ids }) => [{ path: '/v1/customers', body: { firstName: 'Can', consultantId: ids.member } }],
  }),
  'GET /v1/customers/{id}/consents': key('customers:read', { of: 'customer' }),
  'POST /v1/customers/{id}/consents': key('customers:write', {
    of: 'customer',
    bodies: () => [
      { channel: 'email', state: 'given', source: 'HS_WEB', text: 'Kampanyalar', givenAt: '2026-03-01T12:00:00+03:00' },
      { channel: 'sms', state: 'withdrawn', source: 'call' },
    ],
  }),
  'GET /v1/customers/{id}/consents/export': key('customers:read', { of: 'customer' }),
  'GET /v1/consents/iys.csv': key('customers:read'),
  'GET /v1/customers/{id}': key('customers:read', { of: 'customer' }),
  'PATCH /v1/customers/{id}': key('customers:write', {
    of: 'customer',
    bodies: (scene) => [{ ...customer(scene), phone: '0532 777 11 33' }],
    foreign: ({ ids, globex }) => [{ path: `/v1/customers/${globex.customerId}`, body: { consultantId: ids.member } }],
  }),
  'POST /v1/customers/import': key('customers:write', {
    raw: csv,
    foreign: ({ ids }) => [{ path: `/v1/customers/import?groupId=${ids.group}` }],
  }),
  'GET /v1/imports/{id}': key('customers:read', { of: 'import' }),
  'GET /v1/groups': key('groups:read'),
  'POST /v1/groups': key('groups:write', { bodies: () => [{ name: 'Spring' }] }),
  'GET /v1/groups/{id}': key('groups:read', { of: 'group' }),
  'PATCH /v1/groups/{id}': key('groups:write', { of: 'group', bodies: () => [{ name: 'Summer' }] }),
  'GET /v1/groups/{id}/customers': key('groups:read', { of: 'group' }),
  'POST /v1/groups/{id}/customers': key('groups:write', {
    of: 'group',
    bodies: ({ ids }) => [{ customerIds: [ids.customer] }],
    foreign: strangersInMyGroup,
  }),
  'DELETE /v1/groups/{id}/customers': key('groups:write', {
    of: 'group',
    bodies: ({ ids }) => [{ customerIds: [ids.customer] }],
    foreign: strangersInMyGroup,
  }),
  'GET /v1/suppressions': key('suppressions:read'),
  'GET /v1/suppressions/{id}': key('suppressions:read', { of: 'suppression' }),
  'POST /v1/suppressions': key('suppressions:write', {
    bodies: ({ world }) => [
      { customerId: world.customers.deniz, level: 'graylist', reason: 'on holiday', expiresAt: '2027-01-01T00:00:00Z' },
      { phone: '0532 777 99 88', level: 'blacklist' },
      { email: 'nobody@example.com', level: 'blacklist' },
    ],
    foreign: ({ ids }) => [{ path: '/v1/suppressions', body: { customerId: ids.customer, level: 'blacklist' } }],
  }),
};
