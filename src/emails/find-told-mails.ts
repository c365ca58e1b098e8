import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import type { ToldMail } from './close-addresses.ts';
import type { MailEvent } from './mail-event.ts';

type Row = { id: string; organization_id: string; campaign_id: string; customer_id: string; address: string };
type Unnamed = MailEvent & { messageId: string; address: string };

/** Campaigns of that time are looked through for a mail that is known by its carrier's id alone. */
const RECENT_DAYS = 14;

/** The mails that the events are about, each with its events; and those events of which the mail is not there, or not yet. */
export async function findToldMails(
  ctx: AppContext,
  events: readonly MailEvent[],
): Promise<{ mails: ToldMail[]; missing: Set<MailEvent> }> {
  const named = [...new Set(events.flatMap(({ recipientId }) => recipientId ?? []))];
  const rows = await ctx.db.execute<Row>(sql`
    select id, organization_id, campaign_id, customer_id, address from campaign_recipients
    where id = any(${sql.param(named)}::uuid[]) and batch is not null`);
  const byId = new Map(rows.map((row) => [row.id, toMail(row)]));
  const byMessage = await findByMessage(ctx, events.filter(isUnnamed));
  const missing = new Set<MailEvent>();
  for (const event of events) {
    const found = event.recipientId ? byId.get(event.recipientId) : byMessage.get(event.messageId ?? '');
    const mail = found && (byId.get(found.recipientId) ?? found);
    if (!mail) missing.add(event);
    else byId.set(mail.recipientId, mail).get(mail.recipientId)!.events.push(event);
  }
  return { mails: [...byId.values()].filter((mail) => mail.events.length > 0), missing };
}

const isUnnamed = (event: MailEvent): event is Unnamed =>
  event.recipientId === undefined && event.messageId !== undefined && event.address !== undefined;

const toMail = (row: Row): ToldMail => ({
  recipientId: row.id,
  organizationId: row.organization_id,
  campaignId: row.campaign_id,
  customerId: row.customer_id,
  address: row.address,
  events: [],
});

/** A carrier that was told nothing of ours in the mail: by its own id, among the mails to that address of late. */
async function findByMessage(ctx: AppContext, events: Unnamed[]): Promise<Map<string, ToldMail>> {
  if (events.length === 0) return new Map();
  const given = events.map(({ messageId, address }) => ({ message: messageId, address: address.toLowerCase() }));
  const since = new Date(ctx.clock.now().getTime() - RECENT_DAYS * 86_400_000).toISOString();
  const rows = await ctx.db.execute<Row & { message: string }>(sql`
    select distinct on (r.id) r.id, r.organization_id, r.campaign_id, r.customer_id, r.address, g.message
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g(message text, address text)
    cross join (select id from campaigns where channel = 'email' and started_at > ${since}::timestamptz) c
    join campaign_recipients r on r.campaign_id = c.id and r.address = g.address and r.batch is not null and r.provider_message_id = g.message`);
  return new Map(rows.map((row) => [row.message, toMail(row)]));
}
