import { z } from '@hono/zod-openapi';
import type { Pacing } from '#src/db/schema/accounts.ts';
import { bothLanguages } from '#src/platform/read-request.ts';
import { pacingOf } from './pacing.ts';
import type {
  PlatformChange,
  PlatformSettings,
  PlatformWindow,
  Settings,
  SettingsChange,
  WindowChange,
} from './settings.ts';
import { isTimeZone, spellTimeZone } from './time-zone.ts';

const TIME = /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/;
const MAX_DELAY_SECONDS = 3600;

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

const WindowOut = z
  .object({ start: TimeOfDay, end: TimeOfDay, days: z.array(z.int()) })
  .openapi('SendingWindow', { description: 'Local hours [start, end) in which bulk messages may go out' });
export const windowFields = { start: TimeOfDay, end: TimeOfDay, days: Days };
const WindowIn = z.strictObject(windowFields).partial().openapi('SendingWindowChange');

const Seconds = z.int().min(0).max(MAX_DELAY_SECONDS);
const Cap = z.int().min(1).max(100_000).nullable();

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
const PacingOut = z.object(pacingFields).openapi('Pacing');
const PacingIn = z.strictObject(pacingFields).partial().openapi('PacingChange');

const mailFields = {
  campaignFinished: z.boolean().openapi({ description: 'When a campaign of yours is over' }),
  appointments: z.boolean().openapi({ description: 'What customers answer about your appointments' }),
  creditsBelow: z
    .int()
    .min(1)
    .max(1_000_000_000)
    .nullable()
    .openapi({ description: 'When fewer credits than that are available; null: never' }),
};
const MailsOut = z
  .object(mailFields)
  .openapi('MailSettings', { description: 'What you are told by mail, once your address is confirmed' });

const DelaySeconds = z.int().min(0).max(MAX_DELAY_SECONDS);

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

export const SettingsOut = z
  .object({
    timeZone: z.string().openapi({ example: 'Europe/Istanbul' }),
    locale: z.enum(['tr', 'en']),
    sendingWindow: WindowOut,
    delay: z.object({ minSeconds: z.int(), maxSeconds: z.int() }),
    dailyCap: z.int().nullable().openapi({ description: 'Messages a day at most; null: no cap' }),
    pacing: PacingOut,
    mails: MailsOut,
  })
  .openapi('Settings');

/** What is left out stays as it is. */
export const SettingsBody = z
  .strictObject({
    timeZone: ZoneIn,
    locale: z.enum(['tr', 'en']),
    sendingWindow: WindowIn,
    delay: z.strictObject({ minSeconds: DelaySeconds, maxSeconds: DelaySeconds }).partial(),
    dailyCap: z.int().min(1).max(100_000).nullable(),
    pacing: PacingIn,
    mails: z.strictObject(mailFields).partial(),
  })
  .partial()
  .openapi('SettingsChange');

const Percent = z.number().min(0).max(100);
const MailGuard = z
  .object({ minimumMails: z.int().min(10).max(1_000_000), bouncePercent: Percent, complaintPercent: Percent })
  .openapi('MailGuard', {
    description:
      'After so many mails, a running email campaign of which more bounced for good, or were reported as spam (by two at least), pauses by itself. 100 never stops one.',
  });
export const PlatformSettingsOut = z
  .object({
    sendingWindow: WindowOut,
    checkNumbers: z
      .boolean()
      .openapi({ description: 'Whether a number never written to is looked up on WhatsApp first' }),
    mailGuard: MailGuard,
  })
  .openapi('PlatformSettings');
export const PlatformSettingsBody = z
  .strictObject({ sendingWindow: WindowIn, checkNumbers: z.boolean(), mailGuard: MailGuard.strict() })
  .partial()
  .openapi('PlatformSettingsChange');

export const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
export const timeOf = (minute: number): string =>
  [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');

export const toWindowChange = (body: z.output<typeof WindowIn> = {}): WindowChange => ({
  windowStartMinute: body.start === undefined ? undefined : minuteOf(body.start),
  windowEndMinute: body.end === undefined ? undefined : minuteOf(body.end),
  windowDays: body.days?.toSorted(),
});

export const toPlatformChange = (body: z.output<typeof PlatformSettingsBody>): PlatformChange => ({
  ...toWindowChange(body.sendingWindow),
  checkNumbers: body.checkNumbers,
  mailGuard: body.mailGuard,
});

export const toSettingsChange = (body: z.output<typeof SettingsBody>): SettingsChange => ({
  ...toWindowChange(body.sendingWindow),
  timeZone: body.timeZone === undefined ? undefined : spellTimeZone(body.timeZone),
  locale: body.locale,
  delayMinSeconds: body.delay?.minSeconds,
  delayMaxSeconds: body.delay?.maxSeconds,
  dailyCap: body.dailyCap,
  pacing: body.pacing && definedOf(body.pacing),
  mailCampaignFinished: body.mails?.campaignFinished,
  mailAppointments: body.mails?.appointments,
  lowCredits: body.mails?.creditsBelow,
});

const definedOf = (pacing: z.output<typeof PacingIn>): Partial<Pacing> =>
  Object.fromEntries(Object.entries(pacing).filter(([, value]) => value !== undefined));

const presentWindow = (row: PlatformWindow): z.input<typeof WindowOut> => ({
  start: timeOf(row.windowStartMinute),
  end: timeOf(row.windowEndMinute),
  days: row.windowDays,
});

export const presentSettings = (row: Settings, sandbox: boolean): z.input<typeof SettingsOut> => ({
  timeZone: row.timeZone,
  locale: row.locale,
  sendingWindow: presentWindow(row),
  delay: { minSeconds: row.delayMinSeconds, maxSeconds: row.delayMaxSeconds },
  dailyCap: row.dailyCap,
  pacing: pacingOf(row.pacing, sandbox),
  mails: {
    campaignFinished: row.mailCampaignFinished,
    appointments: row.mailAppointments,
    creditsBelow: row.lowCredits,
  },
});

export const presentPlatformSettings = (row: PlatformSettings): z.input<typeof PlatformSettingsOut> => ({
  sendingWindow: presentWindow(row),
  checkNumbers: row.checkNumbers,
  mailGuard: row.mailGuard,
});
