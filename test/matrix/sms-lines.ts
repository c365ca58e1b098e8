import type { Entry } from './matrix.ts';

const read = (more: Partial<Entry> = {}): Entry => ({ access: 'user', scope: 'sms:read', ...more });
/** SMS, and the countries to whom they go. */
export const smsLines: Record<string, Entry> = {
  'GET /sandbox/sms': { access: 'public' },
  'POST /hooks/sms/aws': { access: 'public', answers: 400 },
  'POST /v1/sms': {
    access: 'user',
    scope: 'sms:write',
    bodies: ({ world }) => [
      { customerId: world.customers.burak, text: 'Randevunuz yarın 21:00’de' },
      { phone: '0532 777 11 44', text: 'Merhaba' },
    ],
    foreign: ({ world }) => [{ path: '/v1/sms', body: { customerId: world.customers.burak, text: 'x' } }],
  },
  'POST /v1/sms/preview': read({ bodies: () => [{ text: 'Görüşmek üzere' }] }),
  'GET /v1/sms': read({
    foreign: ({ ids, world }) => [
      { path: `/v1/sms?customerId=${world.customers.burak}` },
      { path: '/v1/sms?phone=05327771144' },
      { path: `/v1/sms?referenceId=${ids.customer}` },
      { path: '/v1/sms?status=queued&purpose=message' },
    ],
  }),
  'GET /v1/sms/{id}': read({ of: 'sms' }),
  'GET /v1/countries': { access: 'user', scope: 'customers:read' },
  'GET /v1/countries.json': { access: 'public' },
  'GET /flags/{name}': { access: 'public', params: () => ({ name: 'tr.svg' }) },
};
