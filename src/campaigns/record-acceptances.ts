import { sql } from 'drizzle-orm';
import { type AppContext, actFor } from '#src/context.ts';
import { captureCredits } from '#src/credits/capture-credits.ts';
import { captureMessageCredit } from '#src/credits/capture-message-credit.ts';
import { applyAcks } from '#src/messages/apply-acks.ts';
import { nextLook } from '#src/messages/next-look.ts';
import { takeEarlyAcks } from '#src/messages/take-early-acks.ts';
import { yieldProviderIds } from '#src/messages/yield-provider-ids.ts';
import { fileSent, type SentMedia } from './file-sent.ts';
import { followMessages } from './follow-messages.ts';
import { followRecipients } from './follow-recipients.ts';
import type { Claim } from './lane.ts';
import { payForSent } from './pay-for-sent.ts';
import { publishMoves } from './publish-moves.ts';
import { settleWhenDone } from './settle-when-done.ts';

/** A message that Evolution took: as much of its claim as is needed, and the id it goes by; null: on a person's word, who knows none. */
export type Acceptance = Pick<
  Claim,
  | 'messageId'
  | 'fence'
  | 'instanceId'
  | 'organizationId'
  | 'userId'
  | 'campaignId'
  | 'recipientId'
  | 'customerId'
  | 'part'
> & { providerMessageId: string | null };

/**
 * Evolution took these messages: sent, and each one's credit spent, once (a single message's if one was held for it). Also those that were given
 * up as unknown meanwhile. A claim whose message was since taken back changes nothing.
 */
export async function recordAcceptances(ctx: AppContext, acceptances: Acceptance[]): Promise<void> {
  await yieldProviderIds(ctx, acceptances);
  const taken = await markSent(ctx, acceptances);
  for (const { messageId, fence } of acceptances.filter((one) => !taken.has(one.messageId)))
    ctx.log.warn({ messageId, fence }, 'a late acceptance was refused');
  const sent = acceptances.filter(({ messageId }) => taken.has(messageId));
  if (sent.length === 0) return;
  const parts = sent.flatMap(({ recipientId, part }) => (recipientId ? [{ recipientId, part }] : []));
  if (parts.length > 0)
    await followRecipients(
      ctx,
      parts.map(({ recipientId }) => recipientId),
      parts.map(({ part }) => part),
    );
  await payForAll(ctx, sent);
  await payForSingles(ctx, sent, taken);
  await fileSent(ctx, [...taken.values()]);
  await publishMoves(
    ctx,
    sent.map((one) => ({ ...one, id: one.messageId, status: 'sent' as const })),
  );
  const known = sent.flatMap(({ instanceId, providerMessageId }) =>
    providerMessageId === null ? [] : [{ instanceId, providerMessageId }],
  );
  const early = await takeEarlyAcks(ctx, known);
  await followMessages(ctx, await applyAcks(ctx, early));
  await settleWhenDone(ctx, ...new Set(sent.flatMap(({ campaignId }) => campaignId ?? [])));
}

type Taken = SentMedia & { round: number; charged: boolean };

/** Locked in the order of their ids, as acks lock them. */
async function markSent(ctx: AppContext, acceptances: Acceptance[]): Promise<Map<string, Taken>> {
  const given = acceptances.map(({ messageId, fence, providerMessageId }) => ({
    id: messageId,
    fence,
    provider_message_id: providerMessageId,
  }));
  const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
  const sent = await ctx.db.execute<Taken>(sql`
    with target as materialized (
      select m.id, g.provider_message_id, g.provider_message_id is null as said from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g(id uuid, fence int, provider_message_id text)
      join messages m on m.id = g.id and m.fence = g.fence
      where m.status in ('sending', 'unknown') and m.captured_at is null order by m.id for no key update of m
    ), sent as (
      update messages m set status = 'sent', status_reason = case when t.said then 'confirmed-by-user' end,
        provider_message_id = t.provider_message_id, sent_at = case when t.said then coalesce(m.dispatched_at, ${now}) else ${now} end,
        captured_at = case when m.campaign_id is not null or exists (select from credit_holds h where h.message_id = m.id) then ${now} end, reconcile_tries = 0, updated_at = ${now},
        reconcile_at = case when not t.said then ${nextLook(ctx, 'sent', 0, ctx.clock.now())!.toISOString()}::timestamptz end
      from target t where m.id = t.id returning m.id, m.customer_id, m.media_id, m.kind, m.round, m.captured_at is not null as charged
    ), contacted as (update customers c set last_contacted_at = ${now}, last_contacted_channel = 'whatsapp' from sent where c.id = sent.customer_id)
    select * from sent`);
  return new Map(sent.map((one) => [one.id, one]));
}

/** What a campaign's hold does not cover altogether is paid for message by message. */
async function payForAll(ctx: AppContext, sent: Acceptance[]): Promise<void> {
  const ours = sent.filter(({ campaignId }) => campaignId !== null);
  const captures = [...Map.groupBy(ours, ({ campaignId }) => campaignId!)].map(([campaignId, of]) => ({
    campaignId,
    organizationId: of[0]!.organizationId,
    credits: of.length,
  }));
  if (captures.length === 0) return;
  const captured = await captureCredits(ctx, captures);
  for (const one of ours) if (!captured.has(one.campaignId!)) await payForSent(ctx, one);
}

/** Accounts in one order, so that two batches do not wait for each other. */
async function payForSingles(ctx: AppContext, sent: Acceptance[], taken: Map<string, Taken>): Promise<void> {
  const charged = sent.filter(({ campaignId, messageId }) => campaignId === null && taken.get(messageId)!.charged);
  for (const { messageId, ...owner } of charged.toSorted((a, b) => (a.userId < b.userId ? -1 : 1))) {
    const { round } = taken.get(messageId)!;
    if (await captureMessageCredit(actFor(ctx, owner), { messageId, round })) continue;
    ctx.log.warn({ messageId }, 'a message was sent free of charge');
    await ctx.db.execute(
      sql`update messages set captured_at = null, status_reason = 'free-of-charge' where id = ${messageId}`,
    );
  }
}
