import { and, eq, inArray, isNull } from 'drizzle-orm';
import { optOutWords } from '#src/accounts/opt-out-words.ts';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { type AppContext, actFor, inTransaction } from '#src/context.ts';
import { recordOptOut } from '#src/customers/record-opt-out.ts';
import { organizations, userSettings } from '#src/db/schema/accounts.ts';
import { instances } from '#src/db/schema/instances.ts';
import { phoneOfJid } from '#src/instances/instance.ts';
import { publishLiveEvent } from '#src/live/publish-live-event.ts';
import type { Language } from '#src/platform/language.ts';
import { jidsOf } from './is-trace-of.ts';
import { optOutLanguage } from './opt-out-language.ts';
import { queueSingleMessage } from './queue-single-message.ts';
import { readOptOut } from './read-opt-out.ts';

/** A text that somebody sent to a number of ours. */
export type InboundText = {
  instanceId: string;
  /** E.164. */
  phone: string;
  providerMessageId: string;
  text: string;
  at: Date;
};

type Receiver = {
  id: string;
  organizationId: string;
  userId: string;
  words: string[] | null;
  locale: Language | null;
};

const answers: Record<Language, string> = {
  tr: 'Talebinizi aldık. Size artık mesaj göndermeyeceğiz.',
  en: 'We have got your request. You will not receive any more messages from us.',
};

/**
 * Finds who asks to be left alone, blacklists him with what he wrote as evidence, and answers once, free of charge, in his
 * language as far as his word tells it, else in that of the number's user. Everything else is passed over. Safe to repeat.
 */
export async function applyOptOuts(ctx: AppContext, texts: InboundText[]): Promise<void> {
  if (texts.length === 0) return;
  await inTransaction(ctx, async (ctx) => {
    const receivers = await findReceivers(ctx, [...new Set(texts.map(({ instanceId }) => instanceId))]);
    for (const inbound of texts) {
      const receiver = receivers.get(inbound.instanceId);
      if (receiver && readOptOut(inbound.text, receiver.words ?? optOutWords)) await optOut(ctx, receiver, inbound);
    }
  });
}

async function findReceivers(ctx: AppContext, instanceIds: string[]): Promise<Map<string, Receiver>> {
  const rows = await ctx.db
    .select({
      id: instances.id,
      organizationId: instances.organizationId,
      userId: instances.userId,
      words: organizations.optOutWords,
      locale: userSettings.locale,
    })
    .from(instances)
    .innerJoin(organizations, eq(organizations.id, instances.organizationId))
    .leftJoin(userSettings, eq(userSettings.userId, instances.userId))
    .where(and(inArray(instances.id, instanceIds), isNull(instances.deletedAt)));
  return new Map(rows.map((row) => [row.id, row]));
}

async function optOut(ctx: AppContext, receiver: Receiver, inbound: InboundText): Promise<void> {
  const { instanceId, phone, providerMessageId, text, at } = inbound;
  const { organizationId, userId, locale } = receiver;
  const recorded = await recordOptOut(ctx, {
    organizationId,
    phone,
    spellings: jidsOf(phone).flatMap((jid) => phoneOfJid(jid) ?? []),
    evidence: { text, receivedAt: at.toISOString(), instanceId, messageId: providerMessageId },
  });
  if (!recorded) return;
  const { customerId, suppressionId } = recorded;
  const org = actFor(ctx, receiver, 'webhook');
  await recordActivity(org, {
    verb: 'customers.opt-out',
    subjectType: 'suppression',
    subjectId: suppressionId,
    details: { customerId, instanceId, messageId: providerMessageId },
  });
  await publishLiveEvent(org, { type: 'customer.opted-out', data: { customerId, phone, suppressionId, instanceId } });
  await queueSingleMessage(ctx, {
    organizationId,
    userId,
    instanceId,
    customerId,
    address: phone,
    body: answers[optOutLanguage(text) ?? locale ?? 'tr'],
    purpose: 'opt-out-reply',
    inReplyTo: providerMessageId,
  });
}
