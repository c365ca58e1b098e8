import { inTransaction, type OrgContext } from '#src/context.ts';
import { normalizePhone } from '#src/customers/normalize-phone.ts';
import { customerIdByPhone, defaultRegionOf, getCustomer } from '#src/customers/queries.ts';
import { invalid } from '#src/platform/problem.ts';
import { requireFeature } from '#src/settings/require-feature.ts';
import { chooseNumber } from './choose-number.ts';
import { openConversation } from './open-conversation.ts';
import { queueMessages } from './queue-messages.ts';
import { readDraft, type Written } from './read-draft.ts';

export type Writing = Written & {
  /** One of the two. */
  customerId?: string | undefined;
  phone?: string | undefined;
  instanceId?: string | undefined;
};
export type Said = { conversationId: string; messageIds: string[] };

/**
 * Writes to a customer, or to any phone, from a number of the caller's: their conversation is begun if there is none. Each message costs one
 * credit, held now. Nothing is saved with a 402, and none goes to somebody on the blacklist.
 */
export async function writeMessage(ctx: OrgContext, input: Writing): Promise<Said> {
  await requireFeature(ctx, 'whatsapp');
  const { phone, customerId } = await readPerson(ctx, input);
  const { planned } = await readDraft(ctx, input, customerId);
  const instance = await chooseNumber(ctx, input.instanceId);
  return inTransaction(ctx, async (ctx) => {
    const { organizationId } = ctx;
    const conversation = await openConversation(ctx, { organizationId, instanceId: instance.id, phone });
    const outgoing = planned.map(({ kind, body, mediaId }) => ({ kind, body, mediaId }));
    return { conversationId: conversation.id, messageIds: await queueMessages(ctx, conversation, outgoing) };
  });
}

async function readPerson(ctx: OrgContext, input: Writing): Promise<{ phone: string; customerId: string | null }> {
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
