import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams, pageOf } from '#src/platform/schemas.ts';
import { addDayOff } from './add-day-off.ts';
import { changeDayOff } from './change-day-off.ts';
import { getDayOff, getWorkingHours, listDaysOff } from './days-off-queries.ts';
import { deleteDayOff } from './delete-day-off.ts';
import {
  AvailabilityOut,
  AvailabilityQuery,
  DayOffChangeIn,
  DayOffIn,
  DayOffOut,
  DayOffQuery,
  HoursIn,
  HoursOut,
  HoursQuery,
  presentAvailability,
  presentDayOff,
  presentHours,
  readDayOff,
  readDayOffChange,
} from './hours-schemas.ts';
import { listAvailability } from './list-availability.ts';
import { replaceWorkingHours } from './replace-working-hours.ts';

const tag = 'Appointments';
const read = { tag, access: 'user', scope: 'appointments:read' } as const;
const write = { tag, access: 'user', scope: 'appointments:write' } as const;

export const hoursRoutes: Route<OrgContext>[] = [
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/availability',
      summary: 'Where an appointment of that length still fits',
      description:
        'In working hours, on no day off, clear of other appointments and their buffers, and not in the past. At most 31 days at once.',
      query: AvailabilityQuery,
      answer: { status: 200, schema: AvailabilityOut },
    },
    async ({ ctx, query: { consultantId = ctx.userId, ...query } }) =>
      presentAvailability(consultantId, await listAvailability(ctx, { ...query, consultantId })),
  ),
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/working-hours',
      summary: 'The hours that hold for somebody, on his own clock',
      query: HoursQuery,
      answer: { status: 200, schema: HoursOut },
    },
    async ({ ctx, query }) => presentHours(await getWorkingHours(ctx, query.consultantId)),
  ),
  defineRoute(
    {
      ...write,
      method: 'put',
      path: '/v1/working-hours',
      summary: 'Set the hours of a week; none: those of the organization hold',
      description: 'A consultant sets his own, an owner everybody’s and the organization’s.',
      body: HoursIn,
      answer: { status: 200, schema: HoursOut },
    },
    async ({ ctx, body }) => {
      await replaceWorkingHours(ctx, body.consultantId, body.hours);
      return presentHours(await getWorkingHours(ctx, body.consultantId));
    },
  ),
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/days-off',
      summary: 'Days off, those entered last first',
      query: DayOffQuery,
      answer: { status: 200, schema: pageOf(DayOffOut) },
    },
    async ({ ctx, query }) => {
      const page = await listDaysOff(ctx, query);
      return { ...page, data: page.data.map(presentDayOff) };
    },
  ),
  defineRoute(
    {
      ...write,
      method: 'post',
      path: '/v1/days-off',
      summary: 'Enter days, or a part of them, on which somebody takes no appointments',
      body: DayOffIn,
      answer: { status: 201, schema: DayOffOut },
    },
    async ({ ctx, body: { consultantId, ...body } }) =>
      presentDayOff(await addDayOff(ctx, consultantId, readDayOff(body))),
  ),
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/days-off/{id}',
      summary: 'A day off',
      params: IdParams,
      answer: { status: 200, schema: DayOffOut },
    },
    async ({ ctx, params }) => presentDayOff(await getDayOff(ctx, params.id)),
  ),
  defineRoute(
    {
      ...write,
      method: 'patch',
      path: '/v1/days-off/{id}',
      summary: 'Change a day off',
      params: IdParams,
      body: DayOffChangeIn,
      answer: { status: 200, schema: DayOffOut },
    },
    async ({ ctx, params, body }) => presentDayOff(await changeDayOff(ctx, params.id, readDayOffChange(body))),
  ),
  defineRoute(
    {
      ...write,
      method: 'delete',
      path: '/v1/days-off/{id}',
      summary: 'Take a day off away',
      params: IdParams,
      answer: { status: 204 },
    },
    ({ ctx, params }) => deleteDayOff(ctx, params.id),
  ),
];
