import { sql } from 'drizzle-orm';
import { inboundEvents } from '#src/db/schema/messages.ts';
import { startInboundDrain } from '#webhooks/inbound/evolution/start-inbound-drain.ts';
import type { Ground, Site } from './ground.ts';
import { CONNECTIONS, drainAll, hookOf, type Knocks, knock, serveBare } from './knocking.ts';
import { quantile, type Section, timed } from './measure.ts';
import { createSenders, markAllSent, type Sender } from './populate.ts';
import { createCampaigns } from './sending.ts';

const STATUSES = 3;

export type IngestionSize = { messages: number; repetitions: number };
/** How fast acks are taken in, against a route that does nothing but one insert; and how fast they are applied. */
export async function benchIngestion(ground: Ground, { messages, repetitions }: IngestionSize): Promise<Section> {
  await using site = await ground.open();
  const [sender] = (await createSenders(site.ctx, 1, messages * (repetitions + 1))) as [Sender];
  await createCampaigns([sender]);
  await markAllSent(site.ctx);
  const bare = await serveBare(site);
  const events = messages * STATUSES;
  const [ours, baseline, drains]: [Knocks[], Knocks[], number[]] = [[], [], []];
  for (let i = 0; i < repetitions; i++) {
    baseline.push(await knock(bare.url, sender, i * messages, messages));
    ours.push(await knock(hookOf(site, sender), sender, i * messages, messages));
    drains.push(await timed(() => drainAll(site.ctx)));
  }
  const lag = await measureLag(site, sender, repetitions * messages, messages);
  bare.close();
  const inSeconds = (share: number) => (taken: Knocks[]) => taken.map(({ latencies }) => quantile(latencies, share));
  const rate = (taken: Knocks[]) => taken.map(({ seconds }) => events / seconds);
  const what = 'a bare route: parse, one insert, answer';
  return {
    title: `Acks: ${events} webhooks over ${CONNECTIONS} connections`,
    figures: [
      {
        what: 'taken in: token verified, stored, answered',
        unit: '/s',
        values: rate(ours),
        baseline: { what, values: rate(baseline) },
      },
      {
        what: 'answer, p50',
        unit: 'ms',
        values: inSeconds(0.5)(ours),
        baseline: { what, values: inSeconds(0.5)(baseline) },
      },
      {
        what: 'answer, p99',
        unit: 'ms',
        values: inSeconds(0.99)(ours),
        baseline: { what, values: inSeconds(0.99)(baseline) },
      },
      {
        what: 'applied to messages, recipients and counts',
        unit: '/s',
        values: drains.map((seconds) => events / seconds),
      },
      { what: 'taken in → applied, both at full speed, p50', unit: 'ms', values: [quantile(lag, 0.5)] },
      { what: 'taken in → applied, both at full speed, p99', unit: 'ms', values: [quantile(lag, 0.99)] },
    ],
    notes: [
      'Whoever knocks is a process of its own on the same machine and takes its share of the processor in both cases.',
    ],
  };
}

/** Milliseconds from received to applied while webhooks come as fast as they can. */
async function measureLag(site: Site, sender: Sender, from: number, count: number): Promise<number[]> {
  await site.ctx.db.delete(inboundEvents);
  const drain = startInboundDrain(site.ctx);
  await knock(hookOf(site, sender), sender, from, count);
  await drain.stop();
  await drainAll(site.ctx);
  const rows = await site.ctx.db.execute<{ lag: string }>(
    sql`select extract(epoch from applied_at - received_at) * 1000 as lag from inbound_events`,
  );
  return rows.map(({ lag }) => Number(lag));
}
