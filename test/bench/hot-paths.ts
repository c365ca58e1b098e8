import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { getCampaign, listCampaigns, listRecipients } from '#src/campaigns/queries.ts';
import { runPump } from '#src/campaigns/run-pump.ts';
import type { AppContext } from '#src/context.ts';
import { findCustomers } from '#src/customers/filters/find-customers.ts';
import { startInboundDrain } from '#webhooks/inbound/evolution/start-inbound-drain.ts';
import { type Counters, counted } from './counters.ts';
import type { Ground } from './ground.ts';
import { type Section, timed } from './measure.ts';
import { createSenders, markAllSent, type Sender } from './populate.ts';
import { createCampaigns } from './sending.ts';
import { startSimulator } from './simulator.ts';

/** Read from end to end, one of these costs more with every customer. */
const LARGE = [
  'messages',
  'campaign_recipients',
  'customers',
  'group_members',
  'lanes',
  'inbound_events',
  'early_acks',
  'live_events',
];

export type HotPathsSize = { recipients: number; messages: number };

/** What PostgreSQL reads from end to end while one number sends for a large campaign and its lists are looked at. */
export async function benchHotPaths(ground: Ground, { recipients, messages }: HotPathsSize): Promise<Section> {
  await using site = await ground.open();
  await using simulator = await startSimulator();
  const { ctx } = site;
  await withoutAutovacuum(ctx);
  const [sender] = (await createSenders(ctx, 1, recipients, simulator)) as [Sender];
  await createSenders(ctx, 1000, 1, simulator);
  await simulator.connect([sender], ctx);
  await createCampaigns([sender]);
  await markAllSent(ctx);
  await createCampaigns([sender]);
  const [fresh, analysed] = [await sendSome(ctx, messages), await afterAnalyze(ctx, messages)];
  const lists = await counted(ctx, () => lookAtLists(sender));
  return {
    title: `Hot paths: one number, ${recipients} recipients, as many messages of an earlier campaign, 1,000 other numbers`,
    figures: [
      { what: 'messages, right after creation, nothing analysed yet', unit: '/s', values: [messages / fresh.seconds] },
      { what: 'messages, after ANALYZE', unit: '/s', values: [messages / analysed.seconds] },
    ],
    notes: [
      `Tables read from end to end while sending and applying acks, nothing analysed: ${describe(fresh.counters)}.`,
      `The same after ANALYZE: ${describe(analysed.counters)}.`,
      `While looking at lists (campaigns, recipients by page and status, customers): ${describe(lists)}.`,
    ],
  };
}

async function withoutAutovacuum(ctx: AppContext): Promise<void> {
  for (const table of LARGE) await ctx.db.execute(sql.raw(`alter table ${table} set (autovacuum_enabled = false)`));
}

async function afterAnalyze(ctx: AppContext, messages: number) {
  await ctx.db.execute(sql`analyze`);
  return sendSome(ctx, messages);
}

async function sendSome(ctx: AppContext, messages: number): Promise<{ seconds: number; counters: Counters }> {
  let seconds = 0;
  const counters = await counted(ctx, async () => {
    const wanted = (await doneCount(ctx)) + messages;
    const drain = startInboundDrain(ctx);
    const pump = await runPump(ctx);
    seconds = await timed(async () => {
      while ((await doneCount(ctx)) < wanted) await sleep(50);
    });
    await pump.stop();
    await sleep(300);
    await drain.stop();
  });
  return { seconds, counters };
}

async function doneCount(ctx: AppContext): Promise<number> {
  const [row] = await ctx.db.execute<{ count: number }>(
    sql`select (sent_count + delivered_count + read_count)::int as count from campaign_progress order by queued_count desc limit 1`,
  );
  return row!.count;
}

async function lookAtLists({ ctx }: Sender): Promise<void> {
  const { data } = await listCampaigns(ctx, { limit: 50 });
  const { id } = data[0]!.campaign;
  for (let i = 0; i < 5; i++) {
    await getCampaign(ctx, id);
    await listCampaigns(ctx, { limit: 50 });
    await findCustomers(ctx, { limit: 50 });
    const { nextCursor } = await listRecipients(ctx, id, { limit: 50 });
    await listRecipients(ctx, id, { limit: 50, cursor: nextCursor ?? undefined });
    await listRecipients(ctx, id, { limit: 50, status: 'queued' });
    await listRecipients(ctx, id, { limit: 50, status: 'failed' });
  }
}

function describe({ scans }: Counters): string {
  const found = LARGE.flatMap((table) =>
    scans[table] ? [`${table} (${scans[table].scans} times, ${scans[table].rows} rows)`] : [],
  );
  return found.length === 0 ? 'none' : found.join(', ');
}
