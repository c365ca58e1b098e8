import { sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { csvLine } from '#src/platform/csv-line.ts';
import { getCampaign } from './queries.ts';

const columns = [
  'position',
  'name',
  'address',
  'status',
  'statusReason',
  'errorCode',
  'sentAt',
  'deliveredAt',
  'openedAt',
  'clickedAt',
  'bouncedAt',
  'complainedAt',
  'unsubscribedAt',
  'repliedAt',
] as const;

type Row = Record<(typeof columns)[number], string | null> & { place: number };

const PAGE = 2000;
/** By which Excel reads Turkish letters right. */
const BYTE_ORDER_MARK = '\ufeff';

/**
 * A campaign's recipients as lines of a CSV file, in the order of sending, read page by page. Times in UTC. Throws `not-found` before
 * the first line.
 */
export async function exportRecipients(ctx: OrgContext, campaignId: string): Promise<AsyncGenerator<string>> {
  const { campaign } = await getCampaign(ctx, campaignId);
  return lines(ctx, campaign.id);
}

async function* lines(ctx: OrgContext, campaignId: string): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK + csvLine(columns);
  let after: number | null = -1;
  do {
    const rows: Row[] = await readPage(ctx, campaignId, after);
    if (rows.length > 0) yield rows.map((row) => csvLine(columns.map((column) => row[column]))).join('');
    after = rows.length === PAGE ? rows.at(-1)!.place : null;
  } while (after !== null);
}

const instant = (column: string, name: string) =>
  sql`to_char(${sql.identifier(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as ${sql.identifier(name)}`;

const readPage = (ctx: OrgContext, campaignId: string, after: number): Promise<Row[]> =>
  ctx.db.execute<Row>(sql`
    select position as place, position::text as position, name, address, status, status_reason as "statusReason", error_code as "errorCode",
      ${instant('sent_at', 'sentAt')}, ${instant('delivered_at', 'deliveredAt')}, ${instant('opened_at', 'openedAt')},
      ${instant('clicked_at', 'clickedAt')}, ${instant('bounced_at', 'bouncedAt')}, ${instant('complained_at', 'complainedAt')},
      ${instant('unsubscribed_at', 'unsubscribedAt')}, ${instant('replied_at', 'repliedAt')}
    from campaign_recipients where campaign_id = ${campaignId} and position > ${after} order by position limit ${PAGE}`);
