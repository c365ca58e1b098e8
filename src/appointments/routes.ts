import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import { invalid } from '#src/platform/problem.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams, pageOf } from '#src/platform/schemas.ts';
import { bookAppointment } from './book-appointment.ts';
import { changeAppointment } from './change-appointment.ts';
import { changeStatus } from './change-status.ts';
import { checkBooking } from './check-booking.ts';
import { deleteAppointment } from './delete-appointment.ts';
import { findAppointment, getAppointment, listAppointments } from './queries.ts';
import {
  AppointmentChangeIn,
  AppointmentCheckIn,
  AppointmentDetailOut,
  AppointmentIn,
  AppointmentOut,
  AppointmentQuery,
  CheckOut,
  DeleteQuery,
  OutcomeIn,
  presentAppointment,
  presentDetail,
  presentVerdict,
  StepIn,
} from './schemas.ts';

const tag = 'Appointments';
const read = { tag, access: 'user', scope: 'appointments:read' } as const;
const write = { tag, access: 'user', scope: 'appointments:write' } as const;
const shown = { status: 200, schema: AppointmentDetailOut } as const;

const show = async (ctx: OrgContext, id: string) => presentDetail(await getAppointment(ctx, id));

const reading: Route<OrgContext>[] = [
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/appointments',
      summary: 'Appointments that touch the time between `from` and `to`, the earliest first',
      description: 'An owner sees all of them, a consultant his own and those that he booked.',
      query: AppointmentQuery,
      answer: { status: 200, schema: pageOf(AppointmentOut) },
    },
    async ({ ctx, query }) => {
      const page = await listAppointments(ctx, query);
      return { ...page, data: page.data.map(presentAppointment) };
    },
  ),
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/appointments/{id}',
      summary: 'An appointment',
      params: IdParams,
      answer: shown,
    },
    ({ ctx, params }) => show(ctx, params.id),
  ),
  defineRoute(
    {
      ...read,
      method: 'post',
      path: '/v1/appointments/check',
      summary: 'What speaks against a booking, before it is made',
      description: 'Only `conflicts` would be refused; the rest is a warning. Books nothing.',
      body: AppointmentCheckIn,
      answer: { status: 200, schema: CheckOut },
    },
    async ({ ctx, body: { appointmentId, skipConflicts: _, ...booking } }) => {
      if (appointmentId && !(await findAppointment(ctx, appointmentId)))
        throw invalid('appointmentId', { en: 'No such appointment', tr: 'Böyle bir randevu yok' });
      return presentVerdict(ctx, await checkBooking(ctx, booking, appointmentId));
    },
  ),
];

const book = defineRoute(
  {
    ...write,
    method: 'post',
    path: '/v1/appointments',
    summary: 'Book an appointment, or a series of them',
    description:
      'One consultant never has two at the same time: 409 `appointment-conflict` names what stands there (`conflicts`) and what is free instead (`alternatives`). The answer is the first one.',
    body: AppointmentIn,
    answer: { status: 201, schema: AppointmentDetailOut },
    problems: ['appointment-conflict'],
  },
  async ({ ctx, body }) => show(ctx, (await bookAppointment(ctx, body)).id),
);

const change = defineRoute(
  {
    ...write,
    method: 'patch',
    path: '/v1/appointments/{id}',
    summary: 'Move or change it, or its series',
    description:
      'What is edited of one of a series alone stays through later edits of the series. One that has to be approved has to be again when it is moved, unless the customer asked for that very time.',
    params: IdParams,
    body: AppointmentChangeIn,
    answer: shown,
    problems: ['appointment-conflict', 'conflict'],
  },
  async ({ ctx, params, body }) => {
    await changeAppointment(ctx, params.id, body);
    return show(ctx, params.id);
  },
);

const remove = defineRoute(
  {
    ...write,
    method: 'delete',
    path: '/v1/appointments/{id}',
    summary: 'Take it away, as if it had never been booked',
    params: IdParams,
    query: DeleteQuery,
    answer: { status: 204 },
  },
  ({ ctx, params, query }) => deleteAppointment(ctx, params.id, query.scope),
);

/** From one status to another. */
const steps = [
  {
    method: 'post',
    path: '/v1/appointments/{id}/approve',
    step: 'approve',
    summary: 'Approve it; one that was declined or cancelled comes back, if its time is free',
    body: StepIn,
    problems: ['appointment-conflict', 'conflict'],
  },
  {
    method: 'post',
    path: '/v1/appointments/{id}/decline',
    step: 'decline',
    summary: 'Note that the customer does not want it',
    body: StepIn,
    problems: ['conflict'],
  },
  {
    method: 'post',
    path: '/v1/appointments/{id}/cancel',
    step: 'cancel',
    summary: 'Call it off',
    body: StepIn,
    problems: ['conflict'],
  },
  {
    method: 'post',
    path: '/v1/appointments/{id}/done',
    step: 'done',
    summary: 'Note that it took place',
    body: OutcomeIn,
    problems: ['appointment-conflict', 'conflict'],
  },
  {
    method: 'post',
    path: '/v1/appointments/{id}/no-show',
    step: 'no-show',
    summary: 'Note that the customer did not come',
    body: OutcomeIn,
    problems: ['conflict'],
  },
] as const;

const stepping = steps.map(({ step, problems, ...spec }) =>
  defineRoute(
    { ...write, ...spec, params: IdParams, answer: shown, problems: [...problems] },
    async ({ ctx, params, body }) => {
      await changeStatus(ctx, params.id, step, body);
      return show(ctx, params.id);
    },
  ),
);

export const appointmentsRoutes: Route<OrgContext>[] = [...reading, book, change, remove, ...stepping];
