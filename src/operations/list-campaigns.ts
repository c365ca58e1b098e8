import { type SQL, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { decodeCursor, isInteger, isUuid, type Page, toPage } from '#src/platform/cursor.ts';
import { type CampaignFilters, type CampaignSort, filterSql } from './campaign-filters.ts';
import { type CampaignLine, readCampaigns } from './read-campaigns.ts';
import { requireOperator } from './require-operator.ts';
import { sentLately } from './sent-lately.ts';

type Query = CampaignFilters & { sort: CampaignSort; limit: number; cursor?: string | undefined };
type Place = { id: string; key: string | number };

const INSTANT = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?\+00$/;
const isInstant = (value: unknown): boolean => typeof value === 'string' && INSTANT.test(value);

/**
 * The campaigns of all organizations. By `rate` and `remaining`: those that run, or have not ended; by `errors`: those that have any, the most first.
 * Which ones is found by an index; only a page of them is read whole.
 */
export async function listAllCampaigns(ctx: OrgContext, query: Query): Promise<Page<CampaignLine>> {
  requireOperator(ctx);
  const places = await ctx.db.execute<Place>(placesOf(query, ctx.clock.now()));
  const page = toPage(places, query.limit, ({ key, id }) => [key, id]);
  const lines = await readCampaigns(
    ctx,
    page.data.map(({ id }) => id),
  );
  return { ...page, data: lines };
}

function placesOf({ sort, limit, cursor, ...filters }: Query, now: Date): SQL {
  const where = filterSql(filters);
  if (sort === 'newest') {
    const after = cursor === undefined ? null : decodeCursor(cursor, [isInstant, isUuid]);
    const before = after ? sql`and (c.created_at, c.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : sql``;
    return sql`select c.id, (c.created_at at time zone 'UTC')::text || '+00' as key from campaigns c
      where ${where} ${before} order by c.created_at desc, c.id desc limit ${limit + 1}`;
  }
  const after = cursor === undefined ? null : decodeCursor(cursor, [isInteger, isUuid]);
  if (sort === 'errors') {
    const errors = sql`(p.failed_count + p.unknown_count)`;
    const less = after ? sql`and (${errors}, p.campaign_id) < (${after[0]}::int, ${after[1]}::uuid)` : sql``;
    return sql`select c.id, ${errors} as key from campaign_progress p join campaigns c on c.id = p.campaign_id
      where p.failed_count + p.unknown_count > 0 ${less} and ${where}
      order by ${errors} desc, p.campaign_id desc limit ${limit + 1}`;
  }
  const less = after ? sql`where (key, id) < (${after[0]}::int, ${after[1]}::uuid)` : sql``;
  const found =
    sort === 'rate'
      ? sql`select c.id, ${sentLately(now)} as key from campaigns c where c.status = 'running' and ${where}`
      : sql`select c.id, p.queued_count + p.sending_count as key from campaigns c join campaign_progress p on p.campaign_id = c.id
          where c.status in ('pending', 'running', 'paused') and ${where}`;
  return sql`select id, key from (${found}) found ${less} order by key desc, id desc limit ${limit + 1}`;
}
