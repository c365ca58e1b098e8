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
  phones: [{ phone: '0532 777 11 44', label: 'work' }],
  email: 'zeynep@example.com',
  emails: [{ email: 'zeynep@work.example.com', label: 'work' }],
  countryCode: 'TR',
  city: 'İzmir',
  language: 'tr',
  birthday: '1990-05-23',
  customFields: {},
  allowDuplicate: true,
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
  'POST /v1/customers': key('customers:write', {
    bodies: (scene) => [customer(scene)],
    foreign: ({ ids }) => [{ path: '/v1/customers', body: { firstName: 'Can', consultantId: ids.member } }],
  }),
  'GET /v1/customers/duplicates': key('customers:read'),
  'GET /v1/customers/deleted': key('customers:read'),
  'GET /v1/customers/{id}/export': key('customers:read', { of: 'customer' }),
  'POST /v1/customers/{id}/restore': key('customers:write', { of: 'customer', answers: 409 }),
  'GET /v1/custom-fields': key('customers:read'),
  'POST /v1/custom-fields': key('customers:write', {
    bodies: () => [{ key: 'shoeSize', label: 'Numara', type: 'select', options: ['41', '42'], position: 3 }],
  }),
  'GET /v1/custom-fields/{id}': key('customers:read', { of: 'customField' }),
  'PATCH /v1/custom-fields/{id}': key('customers:write', {
    of: 'customField',
    bodies: () => [{ label: 'Ayak', options: ['43'], position: 1 }],
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
    bodies: (scene) => [
      { ...customer(scene), phone: '0532 777 11 33', phones: [{ phone: '0532 777 11 55', label: 'work' }] },
    ],
    foreign: ({ ids, globex }) => [{ path: `/v1/customers/${globex.customerId}`, body: { consultantId: ids.member } }],
  }),
  'POST /v1/customers/import': key('customers:write', {
    raw: csv,
    foreign: ({ ids }) => [{ path: `/v1/customers/import?groupId=${ids.group}` }],
  }),
  'POST /v1/imports/preview': key('customers:write', { raw: csv }),
  'GET /v1/imports': key('customers:read'),
  'GET /v1/imports/template.csv': key('customers:read'),
  'GET /v1/imports/template.xlsx': key('customers:read'),
  'GET /v1/imports/{id}': key('customers:read', { of: 'import' }),
  'GET /v1/imports/{id}/rejected.csv': key('customers:read', { of: 'import' }),
  'GET /v1/imports/{id}/preview': key('customers:read', { of: 'draft' }),
  'POST /v1/imports/{id}/start': key('customers:write', {
    of: 'draft',
    bodies: ({ ids }) => [
      {
        dryRun: true,
        mapping: [{ column: 0, field: 'firstName' }],
        encoding: 'utf-8',
        separator: ';',
        headerRow: 1,
        twins: 'fill-empty',
        splitNumbers: false,
        dateOrder: 'month-first',
        defaults: { source: 'fair', consultantId: ids.member, countryCode: 'TR', tags: ['vip'] },
        groupId: ids.group,
        sheet: 'Müşteriler',
      },
    ],
  }),
  'POST /v1/imports/{id}/cancel': key('customers:write', { of: 'import' }),
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

/** Played late: what hangs on the other customer comes along. */
export const mergeLines: Record<string, Entry> = {
  'POST /v1/customers/{id}/merge': key('customers:write', {
    of: 'customer',
    bodies: ({ world }) => [{ customerId: world.customers.deniz, prefer: 'other' }],
    foreign: ({ ids, globex }) => [
      { path: `/v1/customers/${globex.customerId}/merge`, body: { customerId: ids.customer } },
    ],
  }),
};
