import { type SQL, sql } from 'drizzle-orm';
import { dropSingles } from '#src/campaigns/drop-singles.ts';
import { type AppContext, inTransaction } from '#src/context.ts';
import { eraseTracesJob } from '#src/customers/jobs.ts';
import { eraseSms } from '#src/sms/erase-sms.ts';

const AT_ONCE = 1000;
const LOOK_AGAIN_MS = 3_600_000;
/** A message of unknown outcome is looked for by its words and its address for so long. */
const LONGEST_SEARCH_HOURS = 72;

/**
 * Erases what an erased customer said and was told: words, files, names, phones, notes, and who he was in campaigns. That something was said, when, and what it cost stays;
 * so does his suppression, which knows his phone by its hash. What waited to be sent to him is not; what is on the wire or looked for is
 * erased when that is over. Repeatable.
 */
export async function eraseTraces(ctx: AppContext, customerId: string): Promise<void> {
  await dropWaiting(ctx, customerId);
  await eraseConversations(ctx, customerId);
  for (let erased = AT_ONCE; erased === AT_ONCE; ) erased = await eraseMessages(ctx, customerId);
  await eraseRecipients(ctx, customerId);
  const smsLeft = await eraseSms(ctx, customerId);
  const [left] = await ctx.db.execute(sql`
    select 1 from (${saidWith(customerId)}) said where address <> '' union all
    select 1 from campaign_recipients r where r.customer_id = ${customerId} and ${isNamed} limit 1`);
  if (!left && !smsLeft) return;
  const startAfter = new Date(ctx.clock.now().getTime() + LOOK_AGAIN_MS);
  await ctx.jobs.send(eraseTracesJob, { customerId }, { startAfter });
}

const dropWaiting = (ctx: AppContext, customerId: string): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const waiting = await ctx.db.execute<{ id: string; reason: string }>(sql`
      select id, 'customer-deleted' as reason from messages
      where customer_id = ${customerId} and campaign_id is null and direction = 'out' and status = 'queued'`);
    await dropSingles(ctx, waiting);
  });

const eraseConversations = (ctx: AppContext, customerId: string): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const now = sql`${ctx.clock.now().toISOString()}::timestamptz`;
    await ctx.db.execute(sql`
      delete from lids l using conversations c
      where c.customer_id = ${customerId} and l.organization_id = c.organization_id and (l.phone = c.phone or l.lid = c.lid)`);
    await ctx.db.execute(sql`
      delete from conversation_notes n using conversations c where c.customer_id = ${customerId} and n.conversation_id = c.id`);
    await ctx.db.execute(sql`
      update conversations set phone = null, lid = null, profile_name = null, search_text = '', status = 'closed', unread_count = 0,
        assignee_id = null, updated_at = ${now}
      where customer_id = ${customerId} and (phone is not null or lid is not null or profile_name is not null or search_text <> '')`);
  });

async function eraseMessages(ctx: AppContext, customerId: string): Promise<number> {
  const longAgo = new Date(ctx.clock.now().getTime() - LONGEST_SEARCH_HOURS * 3_600_000);
  const erased = await ctx.db.execute(sql`
    update messages set body = null, content = null, media_id = null, address = '', updated_at = ${ctx.clock.now().toISOString()}::timestamptz
    where id in (
      select id from (${saidWith(customerId)}) said where address <> ''
        and (status not in ('queued', 'sending', 'unknown') or (status = 'unknown' and dispatched_at <= ${longAgo.toISOString()}::timestamptz))
      order by id limit ${AT_ONCE})
    returning id`);
  return erased.length;
}

/** Of a recipient `r`: who he was is still there. */
const isNamed = sql`(r.name <> '' or r.address <> 'erased-' || r.id)`;

/** Results stay. One who waits is passed over; one who is being written to, or perhaps was, is erased when that is over. */
async function eraseRecipients(ctx: AppContext, customerId: string): Promise<void> {
  const now = ctx.clock.now();
  const longAgo = new Date(now.getTime() - LONGEST_SEARCH_HOURS * 3_600_000);
  await ctx.db.execute(sql`
    update campaign_recipients r set name = '', address = 'erased-' || r.id, variables = '{}', updated_at = ${now.toISOString()}::timestamptz
    where r.customer_id = ${customerId} and ${isNamed} and r.status <> 'sending'
      and (r.status <> 'unknown' or r.updated_at <= ${longAgo.toISOString()}::timestamptz)`);
}

/** Also before he was a customer. */
const saidWith = (customerId: string): SQL => sql`
  select id, address, status, dispatched_at from messages where customer_id = ${customerId}
  union
  select m.id, m.address, m.status, m.dispatched_at from conversations c join messages m on m.conversation_id = c.id
  where c.customer_id = ${customerId}`;
