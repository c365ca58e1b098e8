import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import type { carrierEvents } from '#src/db/schema/emails.ts';
import { closeAddresses, type ToldMail } from './close-addresses.ts';
import { findToldMails } from './find-told-mails.ts';
import { type Hit, saveHits } from './hit-writer.ts';
import { machineNamed } from './machine-of.ts';
import type { MailEvent } from './mail-event.ts';
import { followEvents, type MailFacts } from './mail-facts.ts';
import { readMailEvent } from './read-mail-event.ts';

export type StoredEvent = typeof carrierEvents.$inferSelect;
export type Applied = {
  /** Events of mails that are not there: may be kept and tried again. */
  missing: StoredEvent[];
  /** Whose counts moved. */
  campaignIds: string[];
};

/**
 * Brings what carriers reported to the recipients, in the caller's transaction: status and times, whatever the order and however often;
 * dead and unwilling addresses are closed. A mail of unknown outcome is known by it.
 */
export async function applyCarrierEvents(ctx: AppContext, stored: readonly StoredEvent[]): Promise<Applied> {
  const read = new Map<MailEvent, StoredEvent>();
  for (const row of stored) {
    const event = readMailEvent(row);
    if (event) read.set(event, row);
  }
  const { mails, missing } = await findToldMails(ctx, [...read.keys()]);
  await closeAddresses(ctx, mails);
  const campaignIds = await moveRecipients(ctx, mails);
  const hits = mails.flatMap((mail) => mail.events.flatMap((event) => hitOf(mail, event)));
  if (hits.length > 0) await saveHits(ctx, hits);
  return { missing: [...missing].map((event) => read.get(event)!), campaignIds };
}

const ELSEWHERE = -1;
const LONGEST_AGENT = 300;

/** Opens and clicks that a carrier followed by itself are judged as ours are. */
const hitOf = ({ recipientId }: ToldMail, { type, at, userAgent }: MailEvent): Hit[] =>
  type !== 'open' && type !== 'click'
    ? []
    : [
        {
          recipientId,
          link: type === 'open' ? null : ELSEWHERE,
          automated: machineNamed(userAgent),
          userAgent: userAgent?.slice(0, LONGEST_AGENT) ?? null,
          hitAt: at,
        },
      ];

type Row = Record<'id' | 'campaign_id' | 'status', string> &
  Record<'status_reason' | 'error_code' | 'provider_message_id', string | null> & { attempt: number } & Record<
    'dispatched_at' | 'sent_at' | 'delivered_at' | 'opened_at' | 'clicked_at' | 'bounced_at' | 'complained_at',
    string | null
  >;

/** Reads, judges and writes them all at once. @returns the campaigns whose counts moved. */
async function moveRecipients(ctx: AppContext, mails: ToldMail[]): Promise<string[]> {
  if (mails.length === 0) return [];
  const rows = await ctx.db.execute<Row>(sql`
    select id, campaign_id, status, status_reason, error_code, provider_message_id, attempt, dispatched_at, sent_at, delivered_at, opened_at,
      clicked_at, bounced_at, complained_at
    from campaign_recipients where id = any(${sql.param(mails.map(({ recipientId }) => recipientId))}::uuid[])
    order by id for no key update`);
  const events = new Map(mails.map((mail) => [mail.recipientId, mail.events]));
  const moves = rows.flatMap((row) => {
    const before = toFacts(row);
    const facts = followEvents(before, events.get(row.id)!);
    return sameFacts(before, facts) ? [] : [{ id: row.id, campaignId: row.campaign_id, before, facts }];
  });
  if (moves.length > 0) await writeFacts(ctx, moves);
  const moved = moves.filter(({ before, facts }) => before.status !== facts.status);
  return [...new Set(moved.map(({ campaignId }) => campaignId))];
}

const dateOf = (text: string | null): Date | null => (text === null ? null : new Date(text));

const toFacts = (row: Row): MailFacts => ({
  status: row.status as MailFacts['status'],
  statusReason: row.status_reason,
  errorCode: row.error_code,
  providerMessageId: row.provider_message_id,
  attempt: row.attempt,
  dispatchedAt: dateOf(row.dispatched_at),
  sentAt: dateOf(row.sent_at),
  deliveredAt: dateOf(row.delivered_at),
  openedAt: dateOf(row.opened_at),
  clickedAt: dateOf(row.clicked_at),
  bouncedAt: dateOf(row.bounced_at),
  complainedAt: dateOf(row.complained_at),
});

const sameFacts = (a: MailFacts, b: MailFacts): boolean => JSON.stringify(a) === JSON.stringify(b);

async function writeFacts(ctx: AppContext, moves: { id: string; facts: MailFacts }[]): Promise<void> {
  const given = moves.map(({ id, facts }) => ({ id, ...facts }));
  await ctx.db.execute(sql`
    update campaign_recipients r set status = g.status, status_reason = g."statusReason", error_code = g."errorCode",
      provider_message_id = g."providerMessageId", sent_at = g."sentAt", delivered_at = g."deliveredAt", bounced_at = g."bouncedAt",
      complained_at = g."complainedAt", updated_at = ${ctx.clock.now().toISOString()}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g(id uuid, status text, "statusReason" text, "errorCode" text,
      "providerMessageId" text, "sentAt" timestamptz, "deliveredAt" timestamptz, "bouncedAt" timestamptz, "complainedAt" timestamptz)
    where r.id = g.id`);
}
