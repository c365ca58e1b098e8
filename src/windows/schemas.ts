import { z } from '@hono/zod-openapi';
import { pacingOf } from './pacing.ts';
import {
  definedOf,
  MAX_DELAY_SECONDS,
  PacingIn,
  PacingOut,
  presentWindow,
  toWindowChange,
  WindowIn,
  WindowOut,
  ZoneIn,
} from './setting-fields.ts';
import type { Settings, SettingsChange } from './settings.ts';
import { spellTimeZone } from './time-zone.ts';

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
