import { signAppointmentToken } from '#src/appointments/appointment-token.ts';
import { newSecret } from '#src/platform/secret-box.ts';
import { AUTH_SECRET } from '#test/support/world.ts';
import type { Entry } from './matrix.ts';
import type { Scene } from './scene.ts';

const read = (more: Partial<Entry> = {}): Entry => ({ access: 'user', scope: 'appointments:read', ...more });
const write = (more: Partial<Entry> = {}): Entry => ({ access: 'user', scope: 'appointments:write', ...more });
/** To what its appointment has not been for long. */
const old = ({ ids }: Scene) => ({
  token: signAppointmentToken(AUTH_SECRET, { appointmentId: ids.appointment, edition: 1 }),
});
const byLink = (more: Partial<Entry> = {}): Entry => ({ access: 'public', anyQuery: true, params: old, ...more });

/** What customers answer, and calendars in other programs. */
export const answerLines: Record<string, Entry> = {
  'GET /a/{token}': byLink(),
  'GET /a/{token}/another-time': byLink(),
  'GET /a/{token}/calendar.ics': byLink(),
  'POST /a/{token}/approve': byLink(),
  'POST /a/{token}/decline': byLink(),
  'POST /a/{token}/cancel': byLink(),
  'POST /a/{token}/another-time': byLink(),
  'POST /v1/appointments/{id}/accept-proposal': write({ of: 'appointment', answers: 409 }),
  'POST /v1/appointments/{id}/approval-link': write({
    of: 'appointment',
    bodies: () => [{ channel: 'sms' }],
    answers: 409,
  }),
  'GET /v1/calendar-feed': read({ answers: 404 }),
  'POST /v1/calendar-feed': write(),
  'DELETE /v1/calendar-feed': write(),
  'GET /calendar/{name}': {
    access: 'public',
    anyQuery: true,
    params: () => ({ name: `${newSecret()}.ics` }),
    answers: 404,
  },
  'GET /v1/appointment-settings': { access: 'user', scope: 'settings:read' },
  'PUT /v1/appointment-settings': {
    access: 'user',
    bodies: () => [{ mailCustomers: true, reminders: { from: '08:00', until: '21:00' } }],
  },
};
