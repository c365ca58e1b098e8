import { z } from '@hono/zod-openapi';
import { consentChannels, consentPurposes, consentStates } from '#src/db/schema/consents.ts';
import { suppressionLevels } from '#src/db/schema/customers.ts';
import { bothLanguages } from '#src/platform/read-request.ts';
import { Id, InstantIn, InstantOut, PageQuery, toInstant } from '#src/platform/schemas.ts';
import type { ConsentRow, CustomerRow } from './consent-queries.ts';
import { cleanLine, cleanText, limits } from './customer.ts';
import { recipientTypes } from './iys-record.ts';

const Source = z.string().overwrite(cleanLine).min(1).max(limits.source).openapi({
  description: 'Where it comes from: a form, a fair, a call. For İYS best one of its own words, such as HS_WEB.',
  example: 'HS_WEB',
});
const Wording = z.string().overwrite(cleanText).max(limits.note).optional().openapi({
  description: 'What the person read and agreed to.',
});
const GivenAt = InstantIn.optional().openapi({
  description: 'When the person decided; now, unless told. Not in the future.',
});

export const MarketingConsentIn = z
  .strictObject({
    email: z.boolean().optional(),
    whatsapp: z.boolean().optional(),
    source: Source,
    text: Wording,
    givenAt: GivenAt,
  })
  .refine(
    ({ email, whatsapp }) => email !== undefined || whatsapp !== undefined,
    bothLanguages({ en: 'Say it of email or of whatsapp', tr: 'email veya whatsapp için belirtin' }),
  )
  .openapi('MarketingConsentGiven', {
    description:
      'true: given, false: withdrawn or refused; each becomes a record of the consent history. What is left out stays as it is. A consent cannot open an address that its owner closed by an unsubscribe or a complaint: it is kept as evidence.',
  });

export const MarketingConsent = z
  .object({
    email: z
      .boolean()
      .openapi({ description: 'Marketing mail may be sent by consent: given, and the address not closed.' }),
    whatsapp: z.boolean(),
    emailGivenAt: InstantOut.nullable(),
    whatsappGivenAt: InstantOut.nullable(),
    unsubscribedAt: InstantOut.nullable().openapi({
      description: 'When the owner of the email address closed it, by an unsubscribe or a complaint.',
    }),
  })
  .openapi('MarketingConsent');

export const presentMarketingConsent = (
  row: Pick<CustomerRow, 'emailConsentAt' | 'whatsappConsentAt' | 'unsubscribedAt'>,
): z.input<typeof MarketingConsent> => ({
  email: row.emailConsentAt !== null && row.unsubscribedAt === null,
  whatsapp: row.whatsappConsentAt !== null,
  emailGivenAt: toInstant(row.emailConsentAt),
  whatsappGivenAt: toInstant(row.whatsappConsentAt),
  unsubscribedAt: toInstant(row.unsubscribedAt),
});

export const ConsentCreate = z
  .strictObject({
    channel: z.enum(consentChannels),
    state: z.enum(consentStates),
    source: Source,
    text: Wording,
    givenAt: GivenAt,
  })
  .openapi('ConsentCreate');

export const Consent = z
  .object({
    id: Id,
    channel: z.enum(consentChannels),
    purpose: z.enum(consentPurposes),
    state: z.enum(consentStates),
    source: z.string(),
    text: z.string().nullable(),
    givenAt: InstantOut.openapi({ description: 'When the person decided.' }),
    inForce: z.boolean().openapi({ description: 'By this record marketing may be sent now.' }),
    recordedBy: z.object({ type: z.string(), id: z.string().nullable() }),
    ip: z.string().nullable(),
    evidence: z.record(z.string(), z.unknown()).nullable(),
    recordedAt: InstantOut,
  })
  .openapi('Consent');

export const presentConsent = (row: ConsentRow): z.input<typeof Consent> => ({
  ...row,
  text: row.wording,
  givenAt: toInstant(row.givenAt),
  recordedBy: { type: row.actorType, id: row.actorId },
  recordedAt: toInstant(row.createdAt),
});

/** What is known of one person's consent, as handed out on request (KVKK). */
export const ConsentExport = z
  .object({
    exportedAt: InstantOut,
    organization: z.object({ id: Id, name: z.string() }),
    customer: z.object({
      id: Id,
      firstName: z.string(),
      lastName: z.string().nullable(),
      email: z.string().nullable(),
      phone: z.string().nullable(),
      deletedAt: InstantOut.nullable(),
    }),
    consents: z.array(Consent).openapi({ description: 'Oldest decision first.' }),
    suppressions: z.array(
      z.object({
        address: z.string(),
        level: z.enum(suppressionLevels),
        scope: z.string(),
        reason: z.string().nullable(),
        createdAt: InstantOut,
        expiresAt: InstantOut.nullable(),
      }),
    ),
  })
  .openapi('ConsentExport');

export const ConsentQuery = PageQuery.extend({ channel: z.enum(consentChannels).optional() });

export const IysQuery = z.strictObject({
  channel: z.enum(consentChannels).optional().openapi({
    description: 'Left out: email and sms. İYS knows no WhatsApp: asked for, those are written as MESAJ.',
  }),
  from: InstantIn.optional().openapi({ description: 'Recorded at this time or later.' }),
  to: InstantIn.optional().openapi({ description: 'Recorded before this time.' }),
  recipientType: z.enum(recipientTypes).default('BIREYSEL'),
});
