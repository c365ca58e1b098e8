import { z } from '@hono/zod-openapi';
import type { EmailWindow } from '#src/db/schema/accounts.ts';
import { minuteOf, timeOf, windowFields, ZoneIn } from './setting-fields.ts';
import { spellTimeZone } from './time-zone.ts';

const described = { description: 'Local hours in which marketing mail is begun; null: at any time' };

export const EmailSettingsOut = z
  .object({
    sendingWindow: z
      .object({ ...windowFields, days: z.array(z.int()), timeZone: z.string() })
      .nullable()
      .openapi(described),
  })
  .openapi('EmailSettings');

/** What is left out stays as it is. */
export const EmailSettingsBody = z
  .strictObject({
    sendingWindow: z
      .strictObject({ ...windowFields, timeZone: ZoneIn })
      .nullable()
      .openapi(described),
  })
  .partial()
  .openapi('EmailSettingsChange', {
    example: { sendingWindow: { start: '09:00', end: '18:00', days: [1, 2, 3, 4, 5], timeZone: 'Europe/Istanbul' } },
  });

/** Undefined: stays. Null: none. */
export function toEmailWindow({ sendingWindow }: z.output<typeof EmailSettingsBody>): EmailWindow | null | undefined {
  if (!sendingWindow) return sendingWindow;
  const { start, end, days, timeZone } = sendingWindow;
  return {
    startMinute: minuteOf(start),
    endMinute: minuteOf(end),
    days: days.toSorted(),
    timeZone: spellTimeZone(timeZone),
  };
}

export const presentEmailSettings = (window: EmailWindow | null): z.input<typeof EmailSettingsOut> => ({
  sendingWindow: window && {
    start: timeOf(window.startMinute),
    end: timeOf(window.endMinute),
    days: window.days,
    timeZone: window.timeZone,
  },
});
