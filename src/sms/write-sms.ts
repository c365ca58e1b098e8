import { inTransaction, type OrgContext } from '#src/context.ts';
import { insufficientCredits } from '#src/credits/insufficient-credits.ts';
import { normalizePhone } from '#src/customers/normalize-phone.ts';
import { customerIdByPhone, defaultRegionOf, getCustomer } from '#src/customers/queries.ts';
import { invalid, notFound, Problem } from '#src/platform/problem.ts';
import { featureOff } from '#src/settings/require-feature.ts';
import { strangeCharacters } from './fit-text.ts';
import { previewSms } from './preview-sms.ts';
import { getSms } from './queries.ts';
import { queueSms, type SkippedSms } from './queue-sms.ts';
import { MOST_SEGMENTS, type Sms } from './sms.ts';

export type WrittenSms = { customerId?: string | undefined; phone?: string | undefined; text: string };

/** Sends one SMS to a customer, or to any phone. Nothing is saved with a 402, and none goes to somebody on the blacklist. */
export async function writeSms(ctx: OrgContext, input: WrittenSms): Promise<Sms> {
  const { phone, customerId } = await readPerson(ctx, input);
  await checkText(ctx, input.text);
  return inTransaction(ctx, async (ctx) => {
    const queued = await queueSms(ctx, { customerId, phone, text: input.text, purpose: 'message' });
    if (queued.status === 'skipped') throw await refusal(ctx, input.text, queued.reason);
    return getSms(ctx, queued.id);
  });
}

async function readPerson(ctx: OrgContext, input: WrittenSms): Promise<{ phone: string; customerId: string | null }> {
  if ((input.customerId === undefined) === (input.phone === undefined))
    throw invalid('customerId', { en: 'Give a customer or a phone', tr: 'Müşteri ya da telefon verin' });
  if (input.phone !== undefined) {
    const read = normalizePhone(input.phone, await defaultRegionOf(ctx));
    if (!read.ok) throw invalid('phone', read.reason);
    return { phone: read.phone, customerId: await customerIdByPhone(ctx, read.phone) };
  }
  const customer = await getCustomer(ctx, input.customerId!).catch((cause: unknown) => {
    throw invalid('customerId', { en: 'No such customer', tr: 'Böyle bir müşteri yok' }, cause);
  });
  if (!customer.phone)
    throw invalid('customerId', { en: 'This customer has no phone', tr: 'Bu müşterinin telefonu yok' });
  return { phone: customer.phone, customerId: customer.id };
}

/** What a job leaves out of a text, a person is told. */
async function checkText(ctx: OrgContext, text: string): Promise<void> {
  const strange = ctx.sms?.unicode === false ? strangeCharacters(text) : [];
  if (strange.length > 0)
    throw invalid('text', {
      en: `These characters cannot be sent by SMS: ${strange.slice(0, 20).join(' ')}`,
      tr: `Bu karakterler SMS ile gönderilemez: ${strange.slice(0, 20).join(' ')}`,
    });
  const { segments } = await previewSms(ctx, text);
  if (segments === 0) throw invalid('text', { en: 'Must not be empty', tr: 'Boş olamaz' });
  if (segments > MOST_SEGMENTS)
    throw invalid('text', {
      en: `Too long: it would be ${segments} SMS, and ${MOST_SEGMENTS} is the most`,
      tr: `Fazla uzun: ${segments} SMS tutuyor, en çok ${MOST_SEGMENTS} olabilir`,
    });
}

async function refusal(ctx: OrgContext, text: string, reason: SkippedSms): Promise<Problem> {
  switch (reason) {
    case 'insufficient-credits':
      return insufficientCredits(ctx, ctx.userId, (await previewSms(ctx, text)).credits);
    case 'blacklisted':
      return new Problem('blacklisted');
    case 'no-carrier':
      return new Problem('sms-not-set-up');
    case 'switched-off':
      return featureOff('sms');
    case 'user-banned':
    case 'user-removed':
      return new Problem('banned');
    case 'customer-deleted':
      return notFound();
    default:
      return new Problem('conflict');
  }
}
