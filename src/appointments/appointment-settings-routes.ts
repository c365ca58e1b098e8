import { z } from '@hono/zod-openapi';
import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import { bothLanguages } from '#src/platform/read-request.ts';
import type { Route } from '#src/platform/route.ts';
import { changeAppointmentSettings } from './change-appointment-settings.ts';
import { type AppointmentSettings, readAppointmentSettings } from './read-appointment-settings.ts';

const TimeOfDay = z
  .string()
  .regex(
    /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/,
    bothLanguages({
      en: 'A local time from 00:00 to 24:00, such as 09:00',
      tr: '00:00 ile 24:00 arasında bir saat, örneğin 09:00',
    }),
  )
  .openapi({ example: '08:00' });
const hours = { from: TimeOfDay, until: TimeOfDay };
const described = {
  description:
    'Reminders go out between these, on the clock of the appointment: what would come at night comes in the morning, or the evening before',
};
const mailCustomers = z
  .boolean()
  .openapi({ description: 'Customers get a mail when an appointment is settled, moved or called off' });

const SettingsOut = z
  .object({ mailCustomers, reminders: z.object(hours).openapi(described) })
  .openapi('AppointmentSettings');
const SettingsIn = z
  .strictObject({ mailCustomers, reminders: z.strictObject(hours).partial().openapi(described) })
  .partial()
  .openapi('AppointmentSettingsChange');

const minuteOf = (time: string): number => {
  const [hour, minute] = time.split(':').map(Number);
  return hour! * 60 + minute!;
};
const two = (value: number) => String(value).padStart(2, '0');
const timeOf = (minute: number): string => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;

const present = ({ mailCustomers, remindFromMinute, remindUntilMinute }: AppointmentSettings) => ({
  mailCustomers,
  reminders: { from: timeOf(remindFromMinute), until: timeOf(remindUntilMinute) },
});

const own = { tag: 'Appointments', access: 'user', path: '/v1/appointment-settings' } as const;

const read = defineRoute(
  {
    ...own,
    method: 'get',
    summary: 'How appointments are spoken of',
    scope: 'settings:read',
    answer: { status: 200, schema: SettingsOut },
  },
  async ({ ctx }) => present(await readAppointmentSettings(ctx, ctx.organizationId)),
);

const change = defineRoute(
  {
    ...own,
    method: 'put',
    summary: 'Change how appointments are spoken of',
    description: 'What is left out stays as it is. Only the owner may.',
    body: SettingsIn,
    answer: { status: 200, schema: SettingsOut },
    problems: ['forbidden'],
  },
  async ({ ctx, body: { mailCustomers, reminders } }) =>
    present(
      await changeAppointmentSettings(ctx, {
        mailCustomers,
        remindFromMinute: reminders?.from === undefined ? undefined : minuteOf(reminders.from),
        remindUntilMinute: reminders?.until === undefined ? undefined : minuteOf(reminders.until),
      }),
    ),
);

export const appointmentSettingsRoutes: Route<OrgContext>[] = [read, change];
