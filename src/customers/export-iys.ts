import { type SQL, sql } from 'drizzle-orm';
import { DateTime } from 'luxon';
import type { OrgContext } from '#src/context.ts';
import type { consentChannels } from '#src/db/schema/consents.ts';
import { csvLine } from '#src/platform/csv-line.ts';
import { closedAddressSql } from './closed-address-sql.ts';
import { iysColumns, iysSource, iysStatuses, iysTypes, type recipientTypes } from './iys-record.ts';

type Channel = (typeof consentChannels)[number];
export type IysSelection = {
  /** Undefined: what İYS has a type of its own for. */
  channel?: Channel | undefined;
  /** When it was recorded: from this instant on, and before that one. */
  from?: Date | undefined;
  to?: Date | undefined;
  recipientType: (typeof recipientTypes)[number];
};
type Row = {
  id: string;
  channel: Channel;
  recipient: string;
  state: keyof typeof iysStatuses;
  source: string;
  given_at: string;
};

const PAGE = 2000;
const ISTANBUL = 'Europe/Istanbul';

/**
 * The latest decision of each customer and channel, as lines that İYS takes, oldest first; read page by page. An address that its
 * owner closed is reported by that, not by a consent that somebody recorded afterwards. What was decided about an address that the
 * customer has no more is left out: only its hash is known.
 */
export async function* exportIys(ctx: OrgContext, selection: IysSelection): AsyncGenerator<string> {
  yield csvLine(iysColumns);
  let after: string | null = null;
  do {
    const rows: Row[] = await readPage(ctx, selection, after);
    if (rows.length > 0) yield rows.map((row) => lineOf(row, selection)).join('');
    after = rows.length === PAGE ? rows.at(-1)!.id : null;
  } while (after !== null);
}

const lineOf = ({ recipient, channel, state, source, given_at }: Row, { recipientType }: IysSelection): string =>
  csvLine([
    recipient,
    recipientType,
    iysTypes[channel],
    iysStatuses[state],
    iysSource(source),
    DateTime.fromJSDate(new Date(given_at), { zone: ISTANBUL }).toFormat('yyyy-MM-dd HH:mm:ss'),
  ]);

async function readPage(ctx: OrgContext, { channel, from, to }: IysSelection, after: string | null): Promise<Row[]> {
  const organization = sql`${ctx.organizationId}::uuid`;
  const channels = channel ? [channel] : ['email', 'sms'];
  /** Given although the owner has closed the address. */
  const idle = (record: SQL) => sql`${record}.channel = 'email' and ${record}.state = 'given'
    and ${closedAddressSql(organization, sql`${record}.address_hash`)} is not null`;
  const instant = (at: Date) => sql`${at.toISOString()}::timestamptz`;
  return ctx.db.execute<Row>(sql`
    select r.id, r.channel, case r.channel when 'email' then c.email else c.phone end as recipient, r.state, r.source, r.given_at
    from consents r join customers c on c.id = r.customer_id and c.deleted_at is null
    where r.organization_id = ${organization} and r.channel = any(${sql.param(channels)}::text[]) and r.purpose = 'marketing'
      ${after === null ? sql`` : sql`and r.id > ${after}::uuid`}
      ${from ? sql`and r.created_at >= ${instant(from)}` : sql``} ${to ? sql`and r.created_at < ${instant(to)}` : sql``}
      and r.address_hash = address_hash(${organization}, case r.channel when 'email' then c.email else c.phone end)
      and not (${idle(sql`r`)})
      and not exists (
        select from consents l where l.customer_id = r.customer_id and l.channel = r.channel and l.purpose = r.purpose
          and (l.given_at, l.id) > (r.given_at, r.id) and not (${idle(sql`l`)}))
    order by r.id limit ${PAGE}`);
}
