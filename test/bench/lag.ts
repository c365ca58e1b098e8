import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { runPump } from '#src/campaigns/run-pump.ts';
import { startDueCampaigns } from '#src/campaigns/start-due-campaigns.ts';
import { createEvolutionClient } from '#src/channels/evolution/create-evolution-client.ts';
import type { AppContext } from '#src/context.ts';
import { startInboundDrain } from '#webhooks/inbound/evolution/start-inbound-drain.ts';
import type { Ground } from './ground.ts';
import { quantile, type Section, watch } from './measure.ts';
import { createSenders, INSTANCE_TOKEN, type Sender } from './populate.ts';
import { createCampaigns } from './sending.ts';
import { type Simulator, startSimulator } from './simulator.ts';

export type LagSize = { lanes: number; everySeconds: number; seconds: number };

/** How late messages leave when many numbers send at their own pace, against timers that make the bare call. */
export async function benchLag(ground: Ground, { lanes, everySeconds, seconds }: LagSize): Promise<Section> {
  await using site = await ground.open();
  await using simulator = await startSimulator();
  const senders = await createSenders(site.ctx, lanes, Math.ceil(seconds / everySeconds) + 2, simulator);
  await simulator.connect(senders, site.ctx);
  await createCampaigns(senders, { minSeconds: everySeconds - 1, maxSeconds: everySeconds + 1 });
  while ((await startDueCampaigns(site.ctx)) > 0);
  await recordClaims(site.ctx);
  await site.ctx.db.execute(
    sql`update lanes set due_at = ${site.ctx.clock.now().toISOString()}::timestamptz + random() * ${everySeconds} * interval '1 second'`,
  );
  const { cpuSeconds } = await watch(() => sendFor(site.ctx, seconds));
  const { claimed, dispatched } = await readLags(site.ctx);
  const bare = await bareLags(simulator, senders, everySeconds, seconds / 3);
  const baseline = (share: number) => ({ what: 'a timer and the bare call', values: [quantile(bare, share)] });
  const figure = (what: string, values: number[], share: number) => ({
    what: `${what}, p${share * 100}`,
    unit: 'ms',
    values: [quantile(values, share)],
    baseline: baseline(share),
  });
  return {
    title: `Lag: ${lanes} numbers, one message in about ${everySeconds} s each, for ${seconds} s`,
    figures: [
      figure('due → claimed', claimed, 0.5),
      figure('due → claimed', claimed, 0.99),
      figure('due → leaving', dispatched, 0.5),
      figure('due → leaving', dispatched, 0.99),
      { what: 'messages sent', unit: '/s', values: [dispatched.length / seconds] },
      { what: 'processor of this process, of one core', unit: '%', values: [(cpuSeconds / seconds) * 100] },
    ],
    notes: [],
  };
}

/** A trigger that writes down when a lane was due and when it was claimed. */
async function recordClaims(ctx: AppContext): Promise<void> {
  await ctx.db.execute(
    sql`create unlogged table bench_claims (message_id uuid, due_at timestamptz, claimed_at timestamptz)`,
  );
  await ctx.db.execute(sql`
    create function bench_record() returns trigger language plpgsql as $$ begin
      insert into bench_claims values (new.in_flight_message_id, old.due_at, clock_timestamp()); return null;
    end $$`);
  await ctx.db.execute(sql`
    create trigger bench_record after update of in_flight_message_id on lanes for each row
    when (old.in_flight_message_id is null and new.in_flight_message_id is not null) execute function bench_record()`);
}

async function sendFor(ctx: AppContext, seconds: number): Promise<void> {
  const drain = startInboundDrain(ctx);
  const pump = await runPump(ctx);
  await sleep(seconds * 1000);
  await pump.stop();
  await drain.stop();
}

async function readLags(ctx: AppContext): Promise<{ claimed: number[]; dispatched: number[] }> {
  const rows = await ctx.db.execute<{ claimed: string; dispatched: string }>(sql`
    select extract(epoch from b.claimed_at - b.due_at) * 1000 as claimed, extract(epoch from m.dispatched_at - b.due_at) * 1000 as dispatched
    from bench_claims b join messages m on m.id = b.message_id where m.dispatched_at is not null`);
  return { claimed: rows.map((row) => Number(row.claimed)), dispatched: rows.map((row) => Number(row.dispatched)) };
}

/** The same number of calls, evenly spread, each at a timer's ring. */
async function bareLags(
  simulator: Simulator,
  senders: Sender[],
  everySeconds: number,
  seconds: number,
): Promise<number[]> {
  const client = createEvolutionClient(simulator);
  const lags: number[] = [];
  const calls = Array.from({ length: Math.floor((senders.length / everySeconds) * seconds) }, async (_, i) => {
    const due = (i / senders.length) * everySeconds * 1000;
    const begun = performance.now();
    await sleep(due);
    lags.push(Math.max(0, performance.now() - begun - due));
    const { providerName } = senders[i % senders.length]!;
    await client.sendText(
      providerName,
      { number: `+90533${1_000_000 + i}`, text: 'Merhaba', messageId: `3EB0${i}` },
      INSTANCE_TOKEN,
    );
  });
  await Promise.all(calls);
  client.close();
  return lags;
}
