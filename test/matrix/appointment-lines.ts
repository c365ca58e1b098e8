import type { Entry } from './matrix.ts';
import type { Scene } from './scene.ts';

const read = (more: Partial<Entry> = {}): Entry => ({ access: 'user', scope: 'appointments:read', ...more });
const write = (more: Partial<Entry> = {}): Entry => ({ access: 'user', scope: 'appointments:write', ...more });
const at = (from: string, to: string) => ({ startsAt: `2026-03-${from}:00+03:00`, endsAt: `2026-03-${to}:00+03:00` });

const booking = ({ ids, world }: Scene) => ({
  customerId: ids.customer,
  consultantId: world.acme.userId,
  ...at('20T10:00', '20T11:00'),
  title: 'Görüşme',
  place: 'Ofis',
  link: 'https://meet.example.com/a',
  note: 'İlk görüşme',
  timeZone: 'Europe/Istanbul',
  bufferMinutes: 10,
  recurrence: 'FREQ=WEEKLY;COUNT=2',
  reminders: [{ channel: 'whatsapp', minutesBefore: 60, templateId: ids.template, language: 'tr' }],
  requiresApproval: true,
  skipConflicts: true,
});
const range = 'from=2026-03-01T00:00:00Z&to=2026-03-30T00:00:00Z';
const mine = (path: string) => (scene: Scene) => {
  const { customerId, consultantId, reminders } = booking(scene);
  const own = { customerId: scene.globex.customerId, title: 'a', ...at('20T10:00', '20T11:00') };
  return [
    { path, body: { ...own, customerId } },
    { path, body: { ...own, consultantId } },
    { path, body: { ...own, reminders } },
  ];
};
const step = (of: 'appointment' | 'visit' | 'meeting') =>
  write({ of, bodies: () => [{ reason: 'Aradı', scope: 'this' }] });

/** Appointments, hours and days off. */
export const appointmentLines: Record<string, Entry> = {
  'GET /v1/appointments': read({
    foreign: ({ ids, world }) => [
      { path: `/v1/appointments?customerId=${ids.customer}` },
      { path: `/v1/appointments?consultantId=${world.acme.userId}` },
      { path: `/v1/appointments?seriesId=${ids.appointment}&status=approved&${range}` },
    ],
  }),
  'POST /v1/appointments': write({ bodies: (scene) => [booking(scene)], foreign: mine('/v1/appointments') }),
  'POST /v1/appointments/check': read({
    bodies: (scene) => [{ ...booking(scene), appointmentId: scene.ids.appointment }],
    foreign: mine('/v1/appointments/check'),
  }),
  'GET /v1/appointments/{id}': read({ of: 'appointment' }),
  'PATCH /v1/appointments/{id}': write({
    of: 'appointment',
    bodies: (scene) => {
      const { customerId: _, recurrence: _rule, skipConflicts: _skip, ...rest } = booking(scene);
      return [{ ...rest, ...at('02T11:00', '02T11:30'), proposal: null, scope: 'this', version: 1 }];
    },
    twin: { of: 'series', bodies: () => [{ recurrence: 'FREQ=DAILY;COUNT=3', scope: 'all' }] },
  }),
  'DELETE /v1/appointments/{id}': write({ of: 'mistake' }),
  'POST /v1/appointments/{id}/approve': step('appointment'),
  'POST /v1/appointments/{id}/decline': step('visit'),
  'POST /v1/appointments/{id}/cancel': step('meeting'),
  'POST /v1/appointments/{id}/done': write({ of: 'appointment', bodies: () => [{ reason: 'Geldi' }] }),
  'POST /v1/appointments/{id}/no-show': write({ of: 'appointment', bodies: () => [{ reason: 'Gelmedi' }] }),
  'GET /v1/availability': read({ anyQuery: true, answers: 400 }),
  'GET /v1/working-hours': read(),
  'PUT /v1/working-hours': write({
    bodies: ({ world }) => [{ consultantId: world.acme.userId, hours: [{ weekday: 1, from: '09:00', to: '18:00' }] }],
    foreign: ({ world }) => [{ path: '/v1/working-hours', body: { consultantId: world.acme.userId, hours: [] } }],
  }),
  'GET /v1/days-off': read({
    foreign: ({ world }) => [
      { path: `/v1/days-off?consultantId=${world.acme.userId}` },
      { path: '/v1/days-off?from=2026-01-01&to=2027-01-01' },
    ],
  }),
  'POST /v1/days-off': write({
    bodies: ({ world }) => [
      {
        consultantId: world.acme.userId,
        fromDate: '2026-04-23',
        toDate: '2026-04-24',
        from: '13:00',
        to: '18:00',
        reason: 'Bayram',
      },
    ],
    foreign: ({ world }) => [
      { path: '/v1/days-off', body: { consultantId: world.acme.userId, fromDate: '2026-04-23' } },
    ],
  }),
  'GET /v1/days-off/{id}': read({ of: 'dayOff' }),
  'PATCH /v1/days-off/{id}': write({
    of: 'dayOff',
    bodies: () => [{ fromDate: '2026-05-01', toDate: '2026-05-02', from: '10:00', to: '12:00', reason: 'Tatil' }],
  }),
  'DELETE /v1/days-off/{id}': write({ of: 'dayOff' }),
};
