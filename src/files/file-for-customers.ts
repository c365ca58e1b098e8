import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { fileSearchText, type OwnTag } from './file-tag.ts';

/** A file that a message took to a customer or brought from one. */
export type Filing = { customerId: string; mediaId: string; messageId: string; tag: OwnTag; at: Date };

export const tagOf = (direction: 'in' | 'out'): OwnTag =>
  direction === 'in' ? 'received-documents' : 'sent-documents';

/**
 * Puts files into customers' Files tabs: one entry for the same file however often it went to and fro, with the newest time and every
 * tag. Nothing is put for deleted customers, and nothing of deleted files. Run it in the transaction that counts the messages, once each.
 */
export async function fileForCustomers(ctx: AppContext, filings: Filing[]): Promise<void> {
  const names = await lockNames(ctx, filings);
  const given = filings.flatMap(({ customerId, mediaId, messageId, tag, at }) => {
    const name = names.get(mediaId);
    if (name === undefined) return [];
    const searchText = fileSearchText(name, [tag]);
    return [{ customer_id: customerId, media_id: mediaId, message_id: messageId, tag, at, search_text: searchText }];
  });
  if (given.length === 0) return;
  const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
  await ctx.db.execute(sql`
    with given as (
      select distinct on (customer_id, media_id) * from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
        as g(customer_id uuid, media_id uuid, message_id uuid, tag text, at timestamptz, search_text text)
      order by customer_id, media_id, at desc
    ), person as materialized (
      select id, organization_id from customers where id in (select customer_id from given) and deleted_at is null order by id for share
    )
    insert into customer_files as f (organization_id, customer_id, media_id, kind, name, tags, tag_keys, search_text, message_id, filed_at, created_at, updated_at)
    select m.organization_id, person.id, m.id, case when m.mime_type ~ '^(image|video|audio)/' then split_part(m.mime_type, '/', 1) else 'document' end, m.file_name,
      array[given.tag], array[given.tag], given.search_text, given.message_id, given.at, ${now}, ${now}
    from given join person on person.id = given.customer_id join media m on m.id = given.media_id and m.organization_id = person.organization_id
    order by person.id, m.id
    on conflict (customer_id, media_id) do update set
      tags = case when f.tag_keys @> excluded.tag_keys then f.tags else f.tags || excluded.tags end,
      tag_keys = case when f.tag_keys @> excluded.tag_keys then f.tag_keys else f.tag_keys || excluded.tag_keys end,
      search_text = case when f.tag_keys @> excluded.tag_keys then f.search_text else f.search_text || ' ' || excluded.search_text end,
      message_id = case when excluded.filed_at >= f.filed_at then excluded.message_id else f.message_id end,
      filed_at = greatest(f.filed_at, excluded.filed_at), updated_at = excluded.updated_at`);
}

/** Held against deletion. */
async function lockNames(ctx: AppContext, filings: Filing[]): Promise<Map<string, string>> {
  const ids = [...new Set(filings.map(({ mediaId }) => mediaId))];
  if (ids.length === 0) return new Map();
  const rows = await ctx.db.execute<{ id: string; file_name: string }>(sql`
    select id, file_name from media where id = any(${sql.param(ids)}::uuid[]) order by id for key share`);
  return new Map(rows.map((row) => [row.id, row.file_name]));
}
