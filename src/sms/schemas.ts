import { z } from '@hono/zod-openapi';
import { smsCarrierKinds, smsEncodings, smsPurposes, smsStatuses } from '#src/db/schema/sms.ts';
import { Id, InstantOut, PageQuery, pageOf, toInstant } from '#src/platform/schemas.ts';
import type { SmsPreview } from './preview-sms.ts';
import type { Sms } from './sms.ts';

const LONGEST_TEXT = 2_000;
const SmsText = z.string().max(LONGEST_TEXT);

export const SmsIn = z
  .strictObject({
    customerId: Id.optional(),
    phone: z.string().max(200).optional().openapi({ example: '0532 123 45 67' }),
    text: SmsText.openapi({ description: 'As it is: braces are not filled in.' }),
  })
  .openapi('SmsIn', { description: 'To a customer or to a phone.' });

export const SmsPreviewIn = z.strictObject({ text: SmsText }).openapi('SmsPreviewIn');

export const SmsPreviewOut = z
  .object({
    text: z.string().openapi({ description: 'As it goes out: typographic quotes, dashes and the like as plain signs' }),
    encoding: z.enum(smsEncodings),
    segments: z.int().openapi({ description: 'How many SMS it is' }),
    units: z.int().openapi({ description: 'Septets; UTF-16 units where it is `ucs2`' }),
    unitsLeft: z.int().openapi({ description: 'What still fits without another SMS' }),
    costly: z
      .array(z.string())
      .openapi({ description: 'The characters that make it `ucs2`, of which 70 fit instead of 160' }),
    sendable: z.boolean().openapi({ description: 'False: the carrier takes none of the `costly` characters' }),
    credits: z.int(),
  })
  .openapi('SmsPreview');

export const SmsQuery = PageQuery.extend({
  status: z.enum(smsStatuses).optional(),
  purpose: z.enum(smsPurposes).optional(),
  customerId: Id.optional(),
  phone: z.string().min(1).max(200).optional(),
  referenceId: Id.optional().openapi({ description: 'What it is about, such as an appointment’s id' }),
});

export const SmsOut = z
  .object({
    id: Id,
    customerId: Id.nullable(),
    phone: z.string().openapi({ example: '+905321234567' }),
    text: z.string(),
    purpose: z.enum(smsPurposes),
    reference: z.object({ type: z.string(), id: Id }).nullable(),
    encoding: z.enum(smsEncodings),
    segments: z.int(),
    credits: z
      .int()
      .openapi({ description: 'Held while it waits, spent when it is taken, given back when it is not delivered' }),
    status: z.enum(smsStatuses),
    statusReason: z.string().nullable(),
    carrier: z.enum(smsCarrierKinds).nullable(),
    providerMessageId: z.string().nullable(),
    notAfter: InstantOut.openapi({ description: 'What has not left by then is skipped' }),
    createdAt: InstantOut,
    sentAt: InstantOut.nullable(),
    deliveredAt: InstantOut.nullable(),
    failedAt: InstantOut.nullable(),
  })
  .openapi('Sms');
export const SmsPage = pageOf(SmsOut).openapi('SmsPage');

export const presentSms = (sms: Sms): z.input<typeof SmsOut> => ({
  id: sms.id,
  customerId: sms.customerId,
  phone: sms.phone,
  text: sms.body,
  purpose: sms.purpose,
  reference: sms.referenceType && sms.referenceId ? { type: sms.referenceType, id: sms.referenceId } : null,
  encoding: sms.encoding,
  segments: sms.segments,
  credits: sms.costCredits,
  status: sms.status,
  statusReason: sms.statusReason,
  carrier: sms.carrier,
  providerMessageId: sms.providerMessageId,
  notAfter: toInstant(sms.notAfterAt),
  createdAt: toInstant(sms.createdAt),
  sentAt: toInstant(sms.sentAt),
  deliveredAt: toInstant(sms.deliveredAt),
  failedAt: toInstant(sms.failedAt),
});

export const presentPreview = (preview: SmsPreview): z.input<typeof SmsPreviewOut> => preview;
