import { z } from '@hono/zod-openapi';
import type { Pacing } from '#src/db/schema/accounts.ts';
import { bothLanguages } from '#src/platform/read-request.ts';
import type { PlatformWindow, WindowChange } from './settings.ts';
import { isTimeZone } from './time-zone.ts';

const TIME = /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/;
export const MAX_DELAY_SECONDS = 3600;

const TimeOfDay = z
  .string()
  .regex(
    TIME,
    bothLanguages({
      en: 'A local time from 00:00 to 24:00, such as 09:00',
      tr: '00:00 ile 24:00 arasında bir saat, örneğin 09:00',
    }),
  )
  .openapi({ example: '09:00' });

const Days = z
  .array(z.int().min(1).max(7))
  .min(1)
  .max(7)
  .refine((days) => new Set(days).size === days.length, bothLanguages({ en: 'Each day once', tr: 'Her gün bir kez' }))
  .openapi({ description: 'ISO weekdays, 1 is Monday' });

export const WindowOut = z
  .object({ start: TimeOfDay, end: TimeOfDay, days: z.array(z.int()) })
  .openapi('SendingWindow', { description: 'Local hours [start, end) in which bulk messages may go out' });
export const windowFields = { start: TimeOfDay, end: TimeOfDay, days: Days };
export const WindowIn = z.strictObject(windowFields).partial().openapi('SendingWindowChange');

const Seconds = z.int().min(0).max(MAX_DELAY_SECONDS);
export const Cap = z.int().min(1).max(100_000).nullable();

const PauseEvery = z
  .strictObject({ messages: z.int().min(1).max(10_000), minSeconds: Seconds, maxSeconds: Seconds })
  .refine((pause) => pause.minSeconds <= pause.maxSeconds, {
    path: ['maxSeconds'],
    error: bothLanguages({ en: 'Not below minSeconds', tr: 'minSeconds değerinden küçük olamaz' }),
  });

const pacingFields = {
  hourlyCap: Cap.openapi({ description: 'Messages in any 60 minutes at most; null: no cap' }),
  coldDailyCap: Cap.openapi({
    description: 'Customers a day at most who were never written with before; null: no cap',
  }),
  warmUp: z.boolean().openapi({ description: 'Few messages a day at first, for a newly connected number' }),
  warmUpCurve: z.strictObject({
    firstDay: z.int().min(1).max(10_000),
    growth: z.number().min(1).max(10),
    days: z.int().min(1).max(60),
  }),
  pauseEvery: PauseEvery.nullable().openapi({ description: 'A longer pause after about so many messages' }),
  closingBufferSeconds: Seconds.openapi({ description: 'No message is begun in the last seconds of the window' }),
  reconnectRamp: z.boolean().openapi({ description: 'Longer delays in the first ten minutes after a reconnect' }),
  typing: z.boolean().openapi({ description: '“typing…” is shown before a text, three seconds at most' }),
};
export const PacingOut = z.object(pacingFields).openapi('Pacing');
export const PacingIn = z.strictObject(pacingFields).partial().openapi('PacingChange');

export const ZoneIn = z
  .string()
  .max(64)
  .refine(
    isTimeZone,
    bothLanguages({
      en: 'An IANA time zone, such as Europe/Istanbul',
      tr: 'Bir IANA saat dilimi, örneğin Europe/Istanbul',
    }),
  );

export const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
export const timeOf = (minute: number): string =>
  [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');

export const toWindowChange = (body: z.output<typeof WindowIn> = {}): WindowChange => ({
  windowStartMinute: body.start === undefined ? undefined : minuteOf(body.start),
  windowEndMinute: body.end === undefined ? undefined : minuteOf(body.end),
  windowDays: body.days?.toSorted(),
});

export const definedOf = (pacing: z.output<typeof PacingIn>): Partial<Pacing> =>
  Object.fromEntries(Object.entries(pacing).filter(([, value]) => value !== undefined));

export const presentWindow = (row: PlatformWindow): z.input<typeof WindowOut> => ({
  start: timeOf(row.windowStartMinute),
  end: timeOf(row.windowEndMinute),
  days: row.windowDays,
});
