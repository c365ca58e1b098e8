import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { createCampaign } from '#src/campaigns/create-campaign.ts';
import { runPump } from '#src/campaigns/run-pump.ts';
import { createEvolutionClient } from '#src/channels/evolution/create-evolution-client.ts';
import type { AppContext } from '#src/context.ts';
import { newId } from '#src/platform/ids.ts';
import { startInboundDrain } from '#webhooks/inbound/evolution/start-inbound-drain.ts';
import type { Counters } from './counters.ts';
import { counted } from './counters.ts';
import type { Ground } from './ground.ts';
import { inParallel } from './in-parallel.ts';
import { type Section, type Watch, watch } from './measure.ts';
import { createSenders, INSTANCE_TOKEN, type Sender } from './populate.ts';
import { serverCpuSeconds } from './server-cpu.ts';
import { type Simulator, startSimulator } from './simulator.ts';
import { TEXT } from './texts.ts';

const CONCURRENCY = 64;

export type SendingSize = { lanes: number; recipients: number; repetitions: number };

/** What our bookkeeping costs per message: claim, intent, call, outcome and acks, against the call alone. */
export async function benchSending(ground: Ground, { lanes, recipients, repetitions }: SendingSize): Promise<Section> {
  await using site = await ground.open();
  await using simulator = await startSimulator();
  const senders = await createSenders(site.ctx, lanes, recipients, simulator);
  const bare = Array.from({ length: lanes }, () => ({ providerName: `bare-${newId()}`, secret: '' }));
  await simulator.connect(senders, site.ctx);
  await simulator.connect(bare);
  const messages = lanes * recipients;
  await sendBare(simulator, bare, Math.min(messages, 1000));
  await sendCampaigns(site.ctx, senders.slice(0, 10));
  const [ours, baseline, counters, serverCpu]: [Watch[], Watch[], Counters[], number[]] = [[], [], [], []];
  for (let i = 0; i < repetitions; i++) {
    baseline.push(await sendBare(simulator, bare, messages));
    await createCampaigns(senders);
    const before = serverCpuSeconds(ground.postmaster);
    counters.push(await counted(site.ctx, async () => ours.push(await deliver(site.ctx, messages))));
    serverCpu.push(serverCpuSeconds(ground.postmaster) - before);
  }
  const per = (values: number[]) => values.map((value) => value / messages);
  return {
    title: `Sending: ${messages} messages over ${lanes} numbers, no delay between them`,
    figures: [
      {
        what: 'messages through claim, intent, call, outcome and three acks',
        unit: '/s',
        values: ours.map(({ seconds }) => messages / seconds),
        baseline: {
          what: 'the call alone (same client, same simulator)',
          values: baseline.map(({ seconds }) => messages / seconds),
        },
      },
      {
        what: 'processor time of this process per message',
        unit: 'ms',
        values: per(ours.map(({ cpuSeconds }) => cpuSeconds * 1000)),
        baseline: { what: 'the call alone', values: per(baseline.map(({ cpuSeconds }) => cpuSeconds * 1000)) },
      },
      {
        what: 'processor time of PostgreSQL per message',
        unit: 'ms',
        values: per(serverCpu.map((seconds) => seconds * 1000)),
      },
      {
        what: 'statements per message, BEGIN and COMMIT included',
        unit: '',
        values: per(counters.map(({ statements }) => statements)),
      },
      { what: 'transactions per message', unit: '', values: per(counters.map(({ transactions }) => transactions)) },
      { what: 'event loop blocked at most', unit: 'ms', values: ours.map(({ blockedMs }) => blockedMs) },
    ],
    notes: [],
  };
}

async function sendCampaigns(ctx: AppContext, senders: Sender[]): Promise<void> {
  await createCampaigns(senders);
  await deliver(ctx, await waitingCount(ctx));
}

export const createCampaigns = (senders: Sender[], delay = { minSeconds: 0, maxSeconds: 0 }): Promise<void> =>
  inParallel(8, senders, ({ ctx, groupId }) =>
    createCampaign(ctx, {
      name: 'Bahar',
      channel: 'whatsapp',
      text: TEXT,
      audience: { groupIds: [groupId] },
      startAt: null,
      delay,
    }),
  );

/** Runs a pump and an inbound drain until `count` more messages have been read. */
async function deliver(ctx: AppContext, count: number): Promise<Watch> {
  const wanted = (await readCount(ctx)) + count;
  return watch(async () => {
    const drain = startInboundDrain(ctx);
    const pump = await runPump(ctx, { concurrency: CONCURRENCY });
    while ((await readCount(ctx)) < wanted) await sleep(100);
    await pump.stop();
    await drain.stop();
  });
}

async function readCount(ctx: AppContext): Promise<number> {
  const [row] = await ctx.db.execute<{ count: string }>(
    sql`select coalesce(sum(read_count), 0) as count from campaign_progress`,
  );
  return Number(row!.count);
}

async function waitingCount(ctx: AppContext): Promise<number> {
  const [row] = await ctx.db.execute<{ count: string }>(
    sql`select coalesce(sum(queued_count), 0) as count from campaign_progress`,
  );
  return Number(row!.count);
}

async function sendBare(simulator: Simulator, numbers: { providerName: string }[], messages: number): Promise<Watch> {
  const client = createEvolutionClient(simulator);
  const queue = Array.from({ length: messages }, (_, i) => i);
  const taken = await watch(() =>
    inParallel(CONCURRENCY, queue, async (i) => {
      const number = `+90532${1_000_000 + i}`;
      const text = `Merhaba Müşteri${i}, bahar indirimi başladı!`;
      const { kind } = await client.sendText(
        numbers[i % numbers.length]!.providerName,
        { number, text, messageId: `3EB0${i}` },
        INSTANCE_TOKEN,
      );
      if (kind !== 'accepted') throw new Error(`the bare call was ${kind}`);
    }),
  );
  client.close();
  return taken;
}
