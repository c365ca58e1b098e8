import { z } from '@hono/zod-openapi';
import type { suppressions } from '#src/db/schema/customers.ts';
import { contactChannels, suppressionLevels, suppressionScopes } from '#src/db/schema/customers.ts';
import { bothLanguages } from '#src/platform/read-request.ts';
import { Id, InstantIn, InstantOut, idList, PageQuery, toInstant } from '#src/platform/schemas.ts';
import type { CustomerRow, KeptAddress } from './consent-queries.ts';
import { MarketingConsent, MarketingConsentIn, presentMarketingConsent } from './consent-schemas.ts';
import { readCountryCode } from './country-code.ts';
import { fieldLimits } from './custom-field.ts';
import { cleanLine, cleanTags, cleanText, limits, UNKNOWN_COUNTRY } from './customer.ts';
import { isLanguageCode } from './language-code.ts';
import type { GroupRow } from './queries.ts';

const line = (max: number) => z.string().overwrite(cleanLine).max(max);
const required = (max: number) => z.string().overwrite(cleanLine).min(1).max(max);
const CountryCode = z
  .string()
  .overwrite((text) => text.trim().toUpperCase())
  .refine((code) => code.length === 2 && readCountryCode(code) === code, bothLanguages(UNKNOWN_COUNTRY))
  .openapi({ example: 'TR' });
const Phone = z.string().max(200).openapi({
  description:
    'Any national or international spelling of a mobile number; a leading + or 00 wins over the default region.',
  example: '0532 123 45 67',
});
const Email = z.string().max(320).openapi({ example: 'ayse@example.com' });
const Tags = z.array(line(limits.tag)).max(200).overwrite(cleanTags).max(limits.tags);
const Label = line(limits.label).nullish().openapi({ description: 'As you call it: work, mother…', example: 'iş' });
const Phones = z
  .array(z.strictObject({ phone: z.string().trim().min(1).max(200), label: Label }))
  .max(limits.addresses)
  .openapi({ description: 'Phones beside `phone`, which is where messages go. Each is one customer’s only.' });
const Emails = z
  .array(z.strictObject({ email: z.string().trim().min(1).max(320), label: Label }))
  .max(limits.addresses)
  .openapi({ description: 'Emails beside `email`, which is where mail goes.' });
const LanguageCode = z
  .string()
  .overwrite((text) => text.trim().toLowerCase())
  .refine(isLanguageCode, bothLanguages({ en: 'Not an ISO 639-1 language', tr: 'ISO 639-1 dil kodu değil' }))
  .openapi({ description: 'ISO 639-1: in which to write to him; null: the organization’s.', example: 'tr' });

const details = {
  lastName: line(limits.name).nullish(),
  phone: Phone.nullish(),
  phones: Phones.optional(),
  email: Email.nullish(),
  emails: Emails.optional(),
  countryCode: CountryCode.nullish(),
  city: line(limits.name).nullish(),
  language: LanguageCode.nullish(),
  birthday: z.string().trim().max(10).nullish().openapi({ format: 'date', example: '1990-05-23' }),
  source: line(limits.source).nullish(),
  consultantId: Id.nullish(),
  tags: Tags.optional(),
  customFields: z
    .record(z.string().max(fieldLimits.key), z.unknown())
    .refine(
      (given) => Object.keys(given).length <= fieldLimits.fields,
      bothLanguages({ en: `At most ${fieldLimits.fields} fields`, tr: `En çok ${fieldLimits.fields} alan` }),
    )
    .optional()
    .openapi({
      description:
        'By the key of the fields at `/v1/custom-fields`, each as its type says. What is left out stays; null clears.',
      example: { shoeSize: 42 },
    }),
  note: z.string().overwrite(cleanText).max(limits.note).nullish(),
  marketingConsent: MarketingConsentIn.optional(),
  allowDuplicate: z.boolean().optional().openapi({
    description: 'An email may be another customer’s too, as of couples who share a mailbox. A phone never may.',
  }),
};
export const CustomerCreate = z
  .strictObject({ firstName: required(limits.name), ...details })
  .openapi('CustomerCreate');
export const CustomerUpdate = z
  .strictObject({ firstName: required(limits.name).optional(), ...details })
  .openapi('CustomerUpdate', {
    description:
      'What is left out stays; null clears; `phones` and `emails` replace the further ones altogether. A further address given as `phone` or `email` becomes the primary one, and the primary one a further one; any other takes its place.',
  });

export const Customer = z
  .object({
    id: Id,
    firstName: z.string(),
    lastName: z.string().nullable(),
    phone: z.string().nullable().openapi({ description: 'E.164', example: '+905321234567' }),
    phones: z
      .array(z.object({ phone: z.string(), label: z.string().nullable() }))
      .openapi({ description: 'The others. Messages go to `phone`; one that comes from any of them is his.' }),
    email: z.string().nullable(),
    emails: z
      .array(z.object({ email: z.string(), label: z.string().nullable() }))
      .openapi({ description: 'The others. Mail goes to `email`.' }),
    countryCode: z.string().nullable(),
    city: z.string().nullable(),
    language: z.string().nullable(),
    birthday: z.string().nullable().openapi({ format: 'date' }),
    source: z.string().nullable(),
    consultantId: Id.nullable(),
    tags: z.array(z.string()),
    customFields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]).nullable()),
    note: z.string().nullable(),
    marketingConsent: MarketingConsent,
    lastContactedAt: InstantOut.nullable(),
    lastContactedChannel: z
      .enum(contactChannels)
      .nullable()
      .openapi({ description: 'Null also where it was before this was kept.' }),
    createdBy: z
      .object({
        type: z.enum(['user', 'apiKey', 'job', 'webhook', 'admin']),
        id: z.string().nullable(),
        name: z.string().nullable(),
      })
      .nullable()
      .openapi({ description: 'Null: before this was kept.' }),
    createdAt: InstantOut,
    updatedAt: InstantOut,
  })
  .openapi('Customer');

export const presentCustomer = (row: CustomerRow): z.input<typeof Customer> => ({
  ...row,
  phones: further(row, 'phone').map(({ address, label }) => ({ phone: address, label })),
  emails: further(row, 'email').map(({ address, label }) => ({ email: address, label })),
  createdBy: row.createdByType && { type: row.createdByType, id: row.createdById, name: row.createdByName },
  marketingConsent: presentMarketingConsent(row),
  lastContactedAt: toInstant(row.lastContactedAt),
  createdAt: toInstant(row.createdAt),
  updatedAt: toInstant(row.updatedAt),
});

const further = ({ addresses }: CustomerRow, kind: KeptAddress['kind']): KeptAddress[] =>
  addresses.filter((one) => one.kind === kind && !one.primary);

export const GroupBody = z.strictObject({ name: required(limits.name) }).openapi('GroupBody');
export const GroupMembers = z.strictObject({ customerIds: idList(1000) }).openapi('GroupMembers');
export const Group = z
  .object({ id: Id, name: z.string(), customerCount: z.int(), createdAt: InstantOut, updatedAt: InstantOut })
  .openapi('Group');

export const presentGroup = (row: GroupRow): z.input<typeof Group> => ({
  ...row,
  createdAt: toInstant(row.createdAt),
  updatedAt: toInstant(row.updatedAt),
});

export const SuppressionCreate = z
  .strictObject({
    customerId: Id.optional().openapi({ description: 'Every phone and email of this customer.' }),
    phone: Phone.optional(),
    email: Email.optional(),
    level: z.enum(suppressionLevels),
    reason: line(500).nullish(),
    expiresAt: InstantIn.nullish().openapi({ description: 'Graylist only; null: does not expire.' }),
  })
  .openapi('SuppressionCreate', { description: 'Exactly one of customerId, phone and email.' });

export const SuppressionQuery = PageQuery.extend({
  level: z.enum(suppressionLevels).optional(),
  search: z.string().trim().min(1).max(200).optional().openapi({ description: 'Part of the phone or of the email.' }),
});

export const Suppression = z
  .object({
    id: Id,
    phone: z.string().nullable(),
    email: z.string().nullable().openapi({ description: 'Null also where the address was erased: its hash is kept.' }),
    level: z.enum(suppressionLevels),
    scope: z.enum(suppressionScopes).openapi({
      description:
        'all: nothing is sent; email: no marketing mail, after an unsubscribe, a bounce or a complaint (`reason`).',
    }),
    reason: z.string().nullable(),
    evidence: z
      .union([
        z.object({ text: z.string(), receivedAt: InstantOut, instanceId: Id, messageId: z.string() }),
        z.record(z.string(), z.unknown()),
      ])
      .nullable()
      .openapi({
        description:
          'Of an opt-out: what the customer wrote, when and to which number of yours. Of an unsubscribe, a bounce or a complaint: how it came.',
      }),
    expiresAt: InstantOut.nullable(),
    createdAt: InstantOut,
  })
  .openapi('Suppression');
export const Suppressions = z.object({ data: z.array(Suppression) }).openapi('Suppressions');

export const presentSuppression = (row: typeof suppressions.$inferSelect): z.input<typeof Suppression> => ({
  ...row,
  expiresAt: toInstant(row.expiresAt),
  createdAt: toInstant(row.createdAt),
});
