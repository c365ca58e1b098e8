import { z } from '@hono/zod-openapi';
import { readCountryCode } from '#src/customers/country-code.ts';
import { mediaKinds } from '#src/db/schema/files.ts';
import { features } from '#src/db/schema/platform.ts';
import { mediaTypes } from '#src/files/media.ts';
import { bothLanguages } from '#src/platform/read-request.ts';
import { Id, InstantOut, pageOf } from '#src/platform/schemas.ts';
import { Cap, MAX_DELAY_SECONDS, PacingIn, WindowIn, WindowOut, ZoneIn } from '#src/windows/setting-fields.ts';

const Percent = z.number().min(0).max(100);
const MailGuard = z
  .object({ minimumMails: z.int().min(10).max(1_000_000), bouncePercent: Percent, complaintPercent: Percent })
  .openapi('MailGuard', {
    description:
      'After so many mails, a running email campaign of which more bounced for good, or were reported as spam (by two at least), pauses by itself. 100 never stops one.',
  });

const Delay = z.int().min(0).max(MAX_DELAY_SECONDS);
const delay = { minSeconds: Delay, maxSeconds: Delay };
const Days = (most: number) => z.int().min(1).max(most);
const Region = z.string().refine(
  (code) => code.length === 2 && readCountryCode(code) === code,
  bothLanguages({
    en: 'A country by its two capital letters, such as TR',
    tr: 'İki büyük harfle bir ülke, örneğin TR',
  }),
);
const Locale = z.enum(['tr', 'en']).nullable();
const CreditPrice = z.strictObject({
  amount: z
    .string()
    .regex(/^\d{1,7}(\.\d{1,4})?$/, bothLanguages({ en: 'An amount such as 0.25', tr: '0.25 gibi bir tutar' })),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, bothLanguages({ en: 'A currency such as TRY', tr: 'TRY gibi bir para birimi' })),
});

const kept = {
  liveEventsHours: z.int().min(1).max(72).openapi({ description: 'What a live stream can catch up with' }),
  inboundWebhooksDays: Days(90).openapi({ description: 'Applied webhooks of Evolution and of carriers' }),
  outboundWebhooksDays: Days(365).openapi({ description: 'Events for webhooks, and their delivery log' }),
  systemMailsDays: Days(365),
  smsReportsDays: Days(90).openapi({ description: 'Reports that belong to no SMS' }),
  importsDays: Days(365).nullable().openapi({ description: 'Files and rejected rows; null: IMPORT_KEEP_DAYS' }),
  deletedCustomersDays: z
    .int()
    .min(0)
    .max(365)
    .nullable()
    .openapi({ description: 'In the bin before they are erased; null: ERASE_AFTER_DAYS' }),
};
const Bytes = z
  .int()
  .min(1024)
  .max(100 * 1024 * 1024);
const sizes = Object.fromEntries(mediaKinds.map((kind) => [kind, Bytes])) as Record<
  (typeof mediaKinds)[number],
  typeof Bytes
>;
const switches = Object.fromEntries(features.map((feature) => [feature, z.boolean()])) as Record<
  (typeof features)[number],
  z.ZodBoolean
>;
const MimeTypes = z.array(z.string().max(100)).min(1).max(mediaTypes.length).nullable();
const SmsSegment = z.int().min(0).max(1000);

export const PlatformSettingsOut = z
  .object({
    version: z.int().openapi({ description: 'One more with every change' }),
    updatedAt: InstantOut.nullable(),
    sendingWindow: WindowOut,
    checkNumbers: z
      .boolean()
      .openapi({ description: 'Whether a number never written to is looked up on WhatsApp first' }),
    mailGuard: MailGuard,
    delayFloorSeconds: z.int().nullable().openapi({ description: 'Null: as the configuration says' }),
    delayFloorInForce: z.number().openapi({ description: 'The stricter of this and SEND_DELAY_FLOOR_SECONDS' }),
    newUsers: z.object({
      delay: z.object(delay),
      dailyCap: z.int().nullable(),
      pacing: z.record(z.string(), z.unknown()),
    }),
    newOrganizations: z.object({
      timeZone: z.string(),
      region: z.string(),
      locale: Locale.openapi({ description: 'Null: the language of whoever signs up' }),
    }),
    prices: z
      .object({
        whatsappMessage: z.int(),
        email: z.int(),
        smsSegment: z.int(),
        credit: CreditPrice.nullable().openapi({ description: 'What a credit is sold for: for display and reports' }),
      })
      .openapi({
        description: 'In credits. A changed price holds for what is made from then on, never for what is held.',
      }),
    retention: z.object(kept),
    media: z
      .object({ mimeTypes: z.array(z.string()), maxBytes: z.object(sizes) })
      .openapi({ description: 'What may be uploaded' }),
    features: z.object(switches),
  })
  .openapi('PlatformSettings');

/** What is left out stays as it is; of the groups each field for itself. */
export const PlatformSettingsBody = z
  .strictObject({
    version: z
      .int()
      .min(0)
      .max(2_147_483_647)
      .openapi({ description: 'The version that was read: 409 when there is a newer one. Left out: whichever it is' }),
    sendingWindow: WindowIn,
    checkNumbers: z.boolean(),
    mailGuard: MailGuard.strict(),
    delayFloorSeconds: Delay.nullable(),
    newUsers: z.strictObject({ delay: z.strictObject(delay).partial(), dailyCap: Cap, pacing: PacingIn }).partial(),
    newOrganizations: z.strictObject({ timeZone: ZoneIn, region: Region, locale: Locale }).partial(),
    prices: z.strictObject({ smsSegment: SmsSegment.nullable(), credit: CreditPrice.nullable() }).partial(),
    retention: z.strictObject(kept).partial(),
    media: z
      .strictObject({
        mimeTypes: MimeTypes.openapi({ description: 'Null: all that WhatsApp takes' }),
        maxBytes: z
          .strictObject(
            Object.fromEntries(mediaKinds.map((kind) => [kind, Bytes.nullable()])) as Record<
              (typeof mediaKinds)[number],
              z.ZodNullable<typeof Bytes>
            >,
          )
          .partial(),
      })
      .partial(),
    features: z.strictObject(switches).partial(),
  })
  .partial()
  .openapi('PlatformSettingsChange');

export const VersionParams = z.strictObject({
  version: z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .openapi({ type: 'integer' }),
});
export const RestoreBody = z
  .strictObject({ version: z.int().min(0).max(2_147_483_647).optional() })
  .openapi('RestoreSettings', { description: '`version`: the one that is in force, as it was read' });

export const VersionOut = z
  .object({
    version: z.int(),
    settings: PlatformSettingsOut,
    changes: z
      .record(z.string(), z.tuple([z.unknown(), z.unknown()]))
      .openapi({ description: 'By path: what it was, what it became' }),
    restoredVersion: z.int().nullable(),
    by: z.object({ id: Id, name: z.string() }).nullable(),
    createdAt: InstantOut,
  })
  .openapi('PlatformSettingsVersion');
export const VersionPage = pageOf(VersionOut);
