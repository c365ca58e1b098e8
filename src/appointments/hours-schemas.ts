import { z } from '@hono/zod-openapi';
import { cleanText } from '#src/customers/customer.ts';
import { bothLanguages } from '#src/platform/read-request.ts';
import { Id, InstantIn, InstantOut, PageQuery, toInstant } from '#src/platform/schemas.ts';
import type { DayOffDetails } from './add-day-off.ts';
import { limits } from './appointment.ts';
import type { DayOffChange } from './change-day-off.ts';
import type { DayOffRow, WeekView } from './days-off-queries.ts';
import type { Availability } from './list-availability.ts';
import type { Hours } from './open-times.ts';
import { presentSpan } from './present-conflict.ts';

const TIME = /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/;
const MOST_PIECES = 70;

/** `09:00` in, minutes from midnight inside. */
const TimeIn = z
  .string()
  .regex(
    TIME,
    bothLanguages({
      en: 'A local time from 00:00 to 24:00, such as 09:00',
      tr: '00:00 ile 24:00 arasında bir saat, örneğin 09:00',
    }),
  )
  .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)));
const timeOf = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
const Time = z.string().openapi({ example: '09:00' });

const DateIn = z.iso
  .date({ error: bothLanguages({ en: 'A date such as 2026-03-02', tr: '2026-03-02 gibi bir tarih' }) })
  .refine(
    (text) => !(Date.parse(text) < 0),
    bothLanguages({ en: 'A date since 1970', tr: '1970’ten sonraki bir tarih' }),
  );

const Of = z
  .union([z.literal('organization'), Id])
  .optional()
  .openapi({ description: 'A user, or `organization` for everybody without hours of his own; left out: the caller.' });

export const HoursQuery = z.strictObject({ consultantId: Of });

export const HoursIn = z
  .strictObject({
    consultantId: Of,
    hours: z
      .array(
        z
          .strictObject({
            weekday: z.int().min(1).max(7).openapi({ description: '1 is Monday' }),
            from: TimeIn,
            to: TimeIn,
          })
          .transform(({ weekday, from, to }): Hours => ({ weekday, startMinute: from, endMinute: to })),
      )
      .max(MOST_PIECES)
      .refine(
        (pieces) => pieces.every(({ startMinute, endMinute }) => !(startMinute >= endMinute)),
        bothLanguages({
          en: 'Every `to` must be later than its `from`',
          tr: 'Her `to`, kendi `from` değerinden sonra olmalı',
        }),
      )
      .refine(isApart, bothLanguages({ en: 'Hours of one day overlap', tr: 'Aynı günün saatleri çakışıyor' })),
  })
  .openapi('WorkingHoursIn');

function isApart(pieces: Hours[]): boolean {
  const ordered = pieces.toSorted((a, b) => a.weekday - b.weekday || a.startMinute - b.startMinute);
  return ordered.every(
    (piece, i) =>
      i === 0 || ordered[i - 1]!.weekday !== piece.weekday || !(ordered[i - 1]!.endMinute > piece.startMinute),
  );
}

const hoursOf = z.enum(['consultant', 'organization', 'default']).openapi({
  description: 'Who has set them; `default`: nobody, and Monday to Friday from nine to six is offered',
});

export const HoursOut = z
  .object({
    consultantId: Id.nullable(),
    timeZone: z.string(),
    hoursOf,
    hours: z.array(z.object({ weekday: z.int(), from: Time, to: Time })),
  })
  .openapi('WorkingHours');

export const presentHours = (view: WeekView): z.input<typeof HoursOut> => ({
  ...view,
  hours: view.hours.map(({ weekday, startMinute, endMinute }) => ({
    weekday,
    from: timeOf(startMinute),
    to: timeOf(endMinute),
  })),
});

const part = { description: 'Of a part of each day; left out: the whole days' };
const dayOff = {
  toDate: DateIn.optional().openapi({ description: 'Included; left out: the same day' }),
  from: TimeIn.nullish().openapi(part),
  to: TimeIn.nullish(),
  reason: z.string().overwrite(cleanText).max(limits.reason).nullish(),
};

export const DayOffIn = z.strictObject({ consultantId: Of, fromDate: DateIn, ...dayOff }).openapi('DayOffIn');
export const DayOffChangeIn = z.strictObject({ fromDate: DateIn.optional(), ...dayOff }).openapi('DayOffChange');

/** The body in the words of the table; what is left out stays out. */
export const readDayOffChange = ({ from, to, reason, ...dates }: z.output<typeof DayOffChangeIn>): DayOffChange => ({
  ...dates,
  startMinute: from,
  endMinute: to,
  reason: reason === undefined ? undefined : reason || null,
});

export const readDayOff = ({ fromDate, ...more }: Omit<z.output<typeof DayOffIn>, 'consultantId'>): DayOffDetails => {
  const { toDate = fromDate, startMinute = null, endMinute = null, reason = null } = readDayOffChange(more);
  return { fromDate, toDate, startMinute, endMinute, reason };
};

export const DayOffQuery = PageQuery.extend({
  consultantId: Of.openapi({ description: 'A user, or `organization`; left out: everybody’s.' }),
  from: DateIn.optional(),
  to: DateIn.optional(),
});

export const DayOffOut = z
  .object({
    id: Id,
    consultantId: Id.nullable().openapi({ description: 'Null: the whole organization' }),
    fromDate: z.string(),
    toDate: z.string(),
    from: Time.nullable(),
    to: Time.nullable(),
    reason: z.string().nullable(),
    createdAt: InstantOut,
    updatedAt: InstantOut,
  })
  .openapi('DayOff');

export const presentDayOff = (row: DayOffRow): z.input<typeof DayOffOut> => ({
  ...row,
  from: row.startMinute === null ? null : timeOf(row.startMinute),
  to: row.endMinute === null ? null : timeOf(row.endMinute),
  createdAt: toInstant(row.createdAt),
  updatedAt: toInstant(row.updatedAt),
});

const instant = InstantIn.transform((text) => new Date(text));
const minutes = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

export const AvailabilityQuery = z.strictObject({
  consultantId: Id.optional().openapi({ description: 'Left out: the caller' }),
  from: instant,
  to: instant,
  durationMinutes: minutes(5, 1440),
  bufferMinutes: minutes(0, limits.bufferMinutes).default(0),
  stepMinutes: minutes(5, 1440).default(15),
});

export const AvailabilityOut = z
  .object({
    consultantId: Id,
    timeZone: z.string(),
    hoursOf,
    slots: z.array(z.object({ startsAt: InstantOut, endsAt: InstantOut })),
  })
  .openapi('Availability');

export const presentAvailability = (consultantId: string, found: Availability): z.input<typeof AvailabilityOut> => ({
  consultantId,
  ...found,
  slots: found.slots.map(presentSpan),
});
