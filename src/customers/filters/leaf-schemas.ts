import { z } from '@hono/zod-openapi';
import { readCountryCode } from '#src/customers/country-code.ts';
import { cleanLine, limits, UNKNOWN_COUNTRY } from '#src/customers/customer.ts';
import { consentChannels } from '#src/db/schema/consents.ts';
import { contactChannels } from '#src/db/schema/customers.ts';
import { bothLanguages } from '#src/platform/read-request.ts';
import { Id } from '#src/platform/schemas.ts';

/** Values of one list. */
const MOST_VALUES = 100;
const MOST_IDS = 20;

/** What a customer may have or lack. */
export const havings = [
  'phone',
  'email',
  'lastName',
  'countryCode',
  'city',
  'language',
  'birthday',
  'source',
  'consultantId',
  'tag',
  'note',
] as const;
/** How a campaign went with him. */
export const behaviours = ['received', 'delivered', 'read', 'opened', 'clicked', 'replied', 'failed'] as const;
export const suppressionWords = ['blacklist', 'graylist', 'email'] as const;
export const customOps = [
  'is',
  'contains',
  'atLeast',
  'atMost',
  'between',
  'any',
  'all',
  'none',
  'present',
  'empty',
] as const;
const creatorTypes = ['user', 'apiKey', 'job', 'webhook', 'admin'] as const;
const campaignKinds = ['whatsapp', 'email'] as const;

const line = (max: number) => z.string().overwrite(cleanLine).min(1).max(max);
const listOf = <S extends z.ZodType>(value: S, most = MOST_VALUES) => z.array(value).min(1).max(most);
const is = z.literal('is').default('is');
const anyOrNone = z.enum(['any', 'none']).default('any');
const ofSet = z.enum(['any', 'all', 'none']).default('any');

export const Source = line(limits.source);
export const Tag = line(limits.tag);
export const City = line(100);
export const LanguageCode = z
  .string()
  .overwrite((text) => text.trim().toLowerCase())
  .regex(/^[a-z]{2}$/, bothLanguages({ en: 'Two letters of ISO 639-1', tr: 'ISO 639-1’in iki harfi' }))
  .openapi({ example: 'tr' });
export const Country = z
  .string()
  .overwrite((text) => text.trim().toUpperCase())
  .refine((code) => code.length === 2 && readCountryCode(code) === code, bothLanguages(UNKNOWN_COUNTRY))
  .openapi({ example: 'TR' });
export const Days = z.int().min(1).max(36_500);
export const BirthdayDays = z.int().min(0).max(366);
export const SearchText = z.string().trim().min(1).max(200);
export const ConsultantId = z.union([z.literal('none'), Id], {
  error: bothLanguages({ en: 'Not an id, and not none', tr: 'Kimlik ya da none olmalı' }),
});
export const Creator = z.union([z.enum(creatorTypes), Id], {
  error: bothLanguages({
    en: `An id, or one of: ${creatorTypes.join(', ')}`,
    tr: `Kimlik ya da şunlardan biri olmalı: ${creatorTypes.join(', ')}`,
  }),
});

const CampaignValue = z
  .strictObject({
    campaignId: Id.optional(),
    withinDays: Days.optional().openapi({ description: 'Campaigns that started within so many days.' }),
    channel: z.enum(campaignKinds).optional(),
  })
  .refine(
    (value) => value.campaignId !== undefined || value.withinDays !== undefined,
    bothLanguages({ en: 'Give campaignId or withinDays', tr: 'campaignId ya da withinDays verin' }),
  );

const Scalar = z.union([z.string().overwrite(cleanLine).max(500), z.number(), z.boolean()]);

/** One schema for each field, by its name. */
export const leafSchemas = {
  addedWithinDays: z.strictObject({ field: z.literal('addedWithinDays'), op: is, value: Days }),
  notContactedForDays: z
    .strictObject({ field: z.literal('notContactedForDays'), op: is, value: Days })
    .openapi({ description: 'Never contacted counts as not contacted.' }),
  source: z.strictObject({ field: z.literal('source'), op: anyOrNone, value: listOf(Source) }),
  consultantId: z
    .strictObject({ field: z.literal('consultantId'), op: anyOrNone, value: listOf(ConsultantId) })
    .openapi({ description: '`none` among the values: who has no consultant.' }),
  countryCode: z.strictObject({ field: z.literal('countryCode'), op: anyOrNone, value: listOf(Country, 300) }),
  city: z.strictObject({ field: z.literal('city'), op: anyOrNone, value: listOf(City) }),
  language: z.strictObject({ field: z.literal('language'), op: anyOrNone, value: listOf(LanguageCode) }),
  lastContactedChannel: z.strictObject({
    field: z.literal('lastContactedChannel'),
    op: anyOrNone,
    value: listOf(z.enum(contactChannels)),
  }),
  tag: z.strictObject({ field: z.literal('tag'), op: ofSet, value: listOf(Tag) }),
  groupId: z.strictObject({ field: z.literal('groupId'), op: ofSet, value: listOf(Id, MOST_IDS) }),
  segmentId: z.strictObject({ field: z.literal('segmentId'), op: ofSet, value: listOf(Id, MOST_IDS) }),
  consent: z.strictObject({ field: z.literal('consent'), op: ofSet, value: listOf(z.enum(consentChannels)) }).openapi({
    description: 'Marketing on the channel is agreed to; for email, the address is not closed by its owner either.',
  }),
  suppression: z
    .strictObject({ field: z.literal('suppression'), op: ofSet, value: listOf(z.enum(suppressionWords)) })
    .openapi({
      description:
        'On the blacklist or graylist by phone or email; `email`: closed to marketing mail (unsubscribed, bounced, complained).',
    }),
  has: z.strictObject({ field: z.literal('has'), op: ofSet, value: listOf(z.enum(havings)) }),
  custom: z
    .strictObject({
      field: z.literal('custom'),
      key: line(100),
      op: z.enum(customOps),
      value: z.union([Scalar, z.array(Scalar).min(1).max(MOST_VALUES)]).optional(),
    })
    .openapi({
      description:
        'A custom field by its key. text: contains (accents and Turkish letters do not matter), is, any, none; number and date: is, atLeast, atMost, between [from, to]; boolean: is; select: is, any, none; multi-select: any, all, none; all types: present, empty, without a value.',
      example: { field: 'custom', key: 'budget', op: 'between', value: [1000, 5000] },
    }),
  birthdayWithinDays: z.strictObject({ field: z.literal('birthdayWithinDays'), op: is, value: BirthdayDays }).openapi({
    description:
      'Today and so many days after, by the organization’s clock. Born on the 29th of February: on the 28th where there is no 29th.',
  }),
  campaign: z.strictObject({ field: z.literal('campaign'), op: z.enum(behaviours), value: CampaignValue }).openapi({
    description:
      'received: it went out to him. delivered and read: as far or further. opened and clicked: mails. failed: it did not reach him.',
  }),
  createdBy: z.strictObject({ field: z.literal('createdBy'), op: anyOrNone, value: listOf(Creator) }),
  search: z.strictObject({
    field: z.literal('search'),
    op: z.literal('contains').default('contains'),
    value: SearchText,
  }),
} as const;

export type FieldName = keyof typeof leafSchemas;
export type LeafOf<F extends FieldName> = z.output<(typeof leafSchemas)[F]>;
export type Leaf = { [F in FieldName]: LeafOf<F> }[FieldName];

const nameOf = (field: string): string => `FilterBy${field[0]!.toUpperCase()}${field.slice(1)}`;

/** All of them, each a component of its own in the document. */
export const LeafIn = z.discriminatedUnion(
  'field',
  Object.entries(leafSchemas).map(([field, schema]) => schema.openapi(nameOf(field))) as never,
) as unknown as z.ZodType<Leaf>;
