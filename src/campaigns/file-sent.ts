import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { fileForCustomers } from '#src/files/file-for-customers.ts';

/** What a message that went out carried, and to whom. */
export type SentMedia = { id: string; customer_id: string | null; media_id: string | null; kind: string };

const isShown = ({ kind }: Pick<SentMedia, 'kind'>): boolean => kind === 'image' || kind === 'document';

/** Pictures and documents that went out are in their customers' Files tabs from now on. Costs nothing where there are none. */
export async function fileSent(ctx: AppContext, sent: SentMedia[]): Promise<void> {
  const at = ctx.clock.now();
  const filings = sent
    .filter(isShown)
    .flatMap(({ id, customer_id: customerId, media_id: mediaId }) =>
      customerId === null || mediaId === null
        ? []
        : [{ customerId, mediaId, messageId: id, tag: 'sent-documents' as const, at }],
    );
  if (filings.length > 0) await fileForCustomers(ctx, filings);
}

/** The same for messages that were given up and turn out to be there, by their ids. */
export async function fileFound(ctx: AppContext, messageIds: string[]): Promise<void> {
  if (messageIds.length === 0) return;
  await fileSent(
    ctx,
    await ctx.db.execute<SentMedia>(sql`
    select id, customer_id, media_id, kind from messages where id = any(${sql.param(messageIds)}::uuid[]) and media_id is not null`),
  );
}

/**
 * What WhatsApp refused was not sent: its entry goes, unless a colleague put it there, the customer sent it, or another message took
 * it to him.
 */
export async function unfileRefused(ctx: AppContext, messageIds: string[]): Promise<void> {
  if (messageIds.length === 0) return;
  await ctx.db.execute(sql`
    with lost as (
      select m.customer_id, m.media_id from messages m
      where m.id = any(${sql.param(messageIds)}::uuid[]) and m.media_id is not null and m.customer_id is not null and not exists (
        select from messages other where other.customer_id = m.customer_id and other.media_id = m.media_id and other.direction = 'out'
          and other.status in ('sent', 'delivered', 'read', 'played'))
    )
    delete from customer_files f using lost
    where f.customer_id = lost.customer_id and f.media_id = lost.media_id and f.user_id is null and f.tag_keys = array['sent-documents']`);
}
