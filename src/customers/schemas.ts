import { z } from '@hono/zod-openapi';
import type { customerImports, suppressions } from '#src/db/schema/customers.ts';
import { importStatuses, suppressionLevels, suppressionScopes } from '#src/db/schema/customers.ts';
import type { Language } from '#src/platform/language.ts';
import { bothLanguages } from '#src/platform/read-request.ts';
import { Id, InstantIn, InstantOut, idList, PageQuery, toInstant } from '#src/platform/schemas.ts';
import type { CustomerRow } from './consent-queries.ts';
import { MarketingConsent, MarketingConsentIn, presentMarketingConsent } from './consent-schemas.ts';
import { readCountryCode } from './country-code.ts';
import { cleanLine, cleanTags, cleanText, limits, UNKNOWN_COUNTRY } from './customer.ts';
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
const Days = z.coerce.number().int().min(1).max(36_500);

const details = {
  lastName: line(limits.name).nullish(),
  phone: Phone.nullish(),
  email: Email.nullish(),
  countryCode: CountryCode.nullish(),
  source: line(limits.source).nullish(),
  consultantId: Id.nullish(),
  tags: Tags.optional(),
  note: z.string().overwrite(cleanText).max(limits.note).nullish(),
  marketingConsent: MarketingConsentIn.optional(),
};
export const CustomerCreate = z
  .strictObject({ firstName: required(limits.name), ...details })
  .openapi('CustomerCreate');
export const CustomerUpdate = z
  .strictObject({ firstName: required(limits.name).optional(), ...details })
  .openapi('CustomerUpdate', { description: 'What is left out stays; null clears.' });

export const Customer = z
  .object({
    id: Id,
    firstName: z.string(),
    lastName: z.string().nullable(),
    phone: z.string().nullable().openapi({ description: 'E.164', example: '+905321234567' }),
    email: z.string().nullable(),
    countryCode: z.string().nullable(),
    source: z.string().nullable(),
    consultantId: Id.nullable(),
    tags: z.array(z.string()),
    note: z.string().nullable(),
    marketingConsent: MarketingConsent,
    lastContactedAt: InstantOut.nullable(),
    createdAt: InstantOut,
    updatedAt: InstantOut,
  })
  .openapi('Customer');

export const presentCustomer = (row: CustomerRow): z.input<typeof Customer> => ({
  ...row,
  marketingConsent: presentMarketingConsent(row),
  lastContactedAt: toInstant(row.lastContactedAt),
  createdAt: toInstant(row.createdAt),
  updatedAt: toInstant(row.updatedAt),
});

export const CustomerQuery = PageQuery.extend({
  search: z.string().trim().min(1).max(200).optional().openapi({
    description: 'Words of the name or the email, or digits of the phone; accents and Turkish letters do not matter.',
  }),
  addedWithinDays: Days.optional(),
  notContactedForDays: Days.optional().openapi({ description: 'Never contacted counts as not contacted.' }),
  source: line(limits.source).optional(),
  consultantId: Id.optional(),
  countryCode: CountryCode.optional(),
  tag: line(limits.tag).optional(),
  groupId: Id.optional(),
  consent: z.enum(['email', 'whatsapp']).optional().openapi({
    description: 'Marketing on this channel is agreed to; for email, the address is not closed by its owner either.',
  }),
});

export const ImportQuery = z.strictObject({
  dryRun: z.enum(['true', 'false']).default('false'),
  groupId: Id.optional().openapi({ description: 'Every customer of the file becomes a member of this group.' }),
});
export const ImportAccepted = z.object({ id: Id }).openapi('ImportAccepted');
export const Import = z
  .object({
    id: Id,
    status: z.enum(importStatuses),
    statusReason: z.string().nullable(),
    dryRun: z.boolean(),
    total: z.int().openapi({ description: 'Rows of the file; 0 until they are counted.' }),
    created: z.int(),
    updated: z.int(),
    rejected: z.int(),
    errors: z
      .array(z.object({ row: z.int(), field: z.string(), message: z.string() }))
      .openapi({ description: 'The first 1,000. Row 1 is the header, where columns that were ignored are named.' }),
    createdAt: InstantOut,
    startedAt: InstantOut.nullable(),
    endedAt: InstantOut.nullable(),
  })
  .openapi('Import');

export const presentImport = (
  row: typeof customerImports.$inferSelect,
  language: Language,
): z.input<typeof Import> => ({
  ...row,
  errors: row.errors.map(({ message, ...where }) => ({
    ...where,
    message: typeof message === 'string' ? message : message[language],
  })),
  total: row.totalCount,
  created: row.createdCount,
  updated: row.updatedCount,
  rejected: row.rejectedCount,
  createdAt: toInstant(row.createdAt),
  startedAt: toInstant(row.startedAt),
  endedAt: toInstant(row.endedAt),
});

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
    customerId: Id.optional().openapi({ description: 'Both the phone and the email of this customer.' }),
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
