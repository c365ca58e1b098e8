import { and, inArray, isNull } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { instances } from '#src/db/schema/instances.ts';
import { applyOptOuts, type InboundText } from '#src/messages/apply-opt-outs.ts';
import { announce } from './announce.ts';
import { type Amended, applyAmendments } from './apply-amendments.ts';
import { type Answer, attributeReplies } from './attribute-replies.ts';
import { findOwn } from './find-own.ts';
import type { Amendment, LidReceipt, Said } from './inbound.ts';
import { insertMessages, type Placed, type Received } from './insert-messages.ts';
import { learnLids, revealPhones } from './learn-lids.ts';
import { type Speaker, speakerKey } from './person.ts';
import { placeConversations } from './place-conversations.ts';
import { readChanged } from './read-changed.ts';
import { requestAttachments } from './request-attachments.ts';
import { findRevealed, type RevealedMessage, revealMessages } from './reveal-conversations.ts';
import { asksForAnswer, updateConversations } from './update-conversations.ts';

export type News = { said: Said[]; amendments: Amendment[]; receipts: LidReceipt[] };
export type Outcome = {
  /** To be counted (`countReplies`) when all else is done, for their rows are locked last. */
  answers: Answer[];
  /** Of our own side, and perhaps sent by us: not written down. Traces of messages whose outcome is not known. */
  held: Said[];
  /** Whether something typed on the phone is new: acks may wait for it. */
  typed: boolean;
};

/**
 * Puts messages that came in, or were typed on the phone, into their conversations, a row each however often and in whatever order they
 * are told; changes those that were edited or taken back; and hands on what follows: opt-outs, files to fetch, answers to campaigns, live
 * news. Run it in a transaction.
 */
export async function receiveMessages(ctx: AppContext, news: News): Promise<Outcome> {
  const owners = await findOwners(ctx, news);
  const learnt = await learnLids(ctx, news.said, news.receipts);
  const known = await revealPhones(
    ctx,
    news.said.filter(({ instanceId }) => owners.has(instanceId)),
  );
  const held = await findOwn(
    ctx,
    known.filter(({ fromMe }) => fromMe),
  );
  const said = known.filter((one) => !held.has(one));
  const revealed = await findRevealed(ctx, learnt);
  const speakers = said.map((one) => ({
    ...one,
    organizationId: owners.get(one.instanceId)!.organizationId,
    at: one.saidAt,
  }));
  const places = await placeConversations(ctx, [...speakers, ...revealed]);
  const placed = said.map(
    (one): Placed => ({ ...one, ...places.get(speakerKey(one))!, userId: owners.get(one.instanceId)!.userId }),
  );
  const received = await insertMessages(ctx, placed);
  const amended = await applyAmendments(ctx, news.amendments, received);
  const unveiled = await revealMessages(ctx, placesOf(revealed, places));
  const changed = await updateConversations(ctx, received);
  const answers = await attributeReplies(ctx, [
    ...received.filter(asksForAnswer),
    ...unveiled.filter(({ kind }) => kind !== 'reaction'),
  ]);
  const moved = await readChanged(ctx, [
    ...amended.flatMap(({ conversationId }) => conversationId ?? []),
    ...placesOf(revealed, places).map(({ conversationId }) => conversationId),
  ]);
  const shown = new Set(changed.map(({ conversationId }) => conversationId));
  const others = moved.filter(({ conversationId }) => !shown.has(conversationId));
  await announce(ctx, received, amended, [...changed, ...others], answers);
  await requestAttachments(ctx, received);
  await applyOptOuts(ctx, optOutTexts(ctx, received, amended, unveiled));
  return { answers, held: [...held], typed: received.some(({ fromMe }) => fromMe) };
}

type Owner = { organizationId: string; userId: string };

/** Of the numbers that are still there. */
async function findOwners(ctx: AppContext, { said }: News): Promise<Map<string, Owner>> {
  const ids = [...new Set(said.map(({ instanceId }) => instanceId))];
  if (ids.length === 0) return new Map();
  const rows = await ctx.db
    .select({ id: instances.id, organizationId: instances.organizationId, userId: instances.userId })
    .from(instances)
    .where(and(inArray(instances.id, ids), isNull(instances.deletedAt)));
  return new Map(rows.map(({ id, ...owner }) => [id, owner]));
}

const placesOf = (speakers: Speaker[], places: Awaited<ReturnType<typeof placeConversations>>) =>
  [...new Set(speakers.map(speakerKey))].flatMap((key) => places.get(key) ?? []);

/** Where people write by themselves; the name of a place or of a contact is no word of theirs. */
const WRITTEN = new Set(['text', 'image', 'video', 'document']);

/** What people wrote that is new to us, as far as their phones are known: typed, pressed, below a picture, or in the place of something else. */
function optOutTexts(
  ctx: AppContext,
  received: Received[],
  amended: Amended[],
  unveiled: RevealedMessage[],
): InboundText[] {
  const texts: (Omit<InboundText, 'text'> & { text: string | null })[] = [
    ...received
      .filter(({ fromMe, kind, address }) => !fromMe && WRITTEN.has(kind) && address.startsWith('+'))
      .map(({ body, phone, address, ...one }) => ({ ...one, phone: phone ?? address, text: body })),
    ...amended
      .filter(({ direction, type, address }) => direction === 'in' && type === 'edited' && address.startsWith('+'))
      .map(({ address, body, ...one }) => ({ ...one, phone: address, text: body, at: ctx.clock.now() })),
    ...unveiled
      .filter(({ kind }) => WRITTEN.has(kind))
      .map(({ body, saidAt, ...one }) => ({
        ...one,
        providerMessageId: one.providerMessageId,
        text: body,
        at: saidAt,
      })),
  ];
  return texts.flatMap(({ text, ...one }) => (text === null ? [] : [{ ...one, text }]));
}
