import { z } from '@hono/zod-openapi';
import { noticeAudiences, noticeKinds, noticeStatuses } from '#src/db/schema/appointment-notices.ts';
import { reminderChannels, reminderSendStatuses } from '#src/db/schema/appointments.ts';
import { Id, InstantOut, toInstant } from '#src/platform/schemas.ts';
import type { NoticeView, ReminderSendView } from './read-told.ts';

const delivery = {
  delivery: z.string().nullable().openapi({ description: 'The status of the message, SMS or mail that carries it' }),
  deliveryReason: z.string().nullable(),
};

export const ReminderSendOut = z
  .object({
    id: Id,
    version: z.int().openapi({ description: 'Of the appointment, as it was planned for' }),
    channel: z.enum(reminderChannels),
    minutesBefore: z.int(),
    dueAt: InstantOut,
    status: z.enum(reminderSendStatuses).openapi({
      description:
        '`sent`: handed over, see `delivery`. `dropped`: there was no use in it any more (`changed`, `cancelled`, `too-late`, `superseded`…). `skipped`: it could not be (`blacklisted`, `no-address`, `no-open-instance`, `insufficient-credits`, `user-banned`, `quiet-hours`…).',
    }),
    reason: z
      .string()
      .nullable()
      .openapi({ description: 'Of one that is planned: what it waits for, or why it was put to another hour' }),
    settledAt: InstantOut.nullable(),
    ...delivery,
  })
  .openapi('AppointmentReminderSend');

export const NoticeOut = z
  .object({
    id: Id,
    version: z.int(),
    kind: z.enum(noticeKinds),
    audience: z.enum(noticeAudiences),
    channel: z.enum(reminderChannels).nullable(),
    status: z.enum(noticeStatuses),
    reason: z.string().nullable(),
    settledAt: InstantOut.nullable(),
    createdAt: InstantOut,
    ...delivery,
  })
  .openapi('AppointmentNotice');

export const presentReminderSend = ({ send, ...carried }: ReminderSendView): z.input<typeof ReminderSendOut> => ({
  ...send,
  ...carried,
  dueAt: toInstant(send.dueAt),
  settledAt: toInstant(send.settledAt),
});

export const presentNotice = ({ notice, ...carried }: NoticeView): z.input<typeof NoticeOut> => ({
  ...notice,
  ...carried,
  settledAt: toInstant(notice.settledAt),
  createdAt: toInstant(notice.createdAt),
});
