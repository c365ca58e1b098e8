import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sql } from 'drizzle-orm';
import { Hono } from 'hono';
import { SignJWT } from 'jose';
import type { AppContext } from '#src/context.ts';
import { inboundEvents } from '#src/db/schema/messages.ts';
import { drainInboundOnce } from '#webhooks/inbound/evolution/drain-inbound-once.ts';
import { startInboundDrain } from '#webhooks/inbound/evolution/start-inbound-drain.ts';
import { type Ground, listen, type Site, urlOf } from './ground.ts';
import { quantile, type Section, timed } from './measure.ts';
import { createSenders, markAllSent, type Sender } from './populate.ts';
import { createCampaigns } from './sending.ts';

const KNOCK = fileURLToPath(new URL('./knock.ts', import.meta.url));
const CONNECTIONS = '50';
const STATUSES = 3;

export type IngestionSize = { messages: number; repetitions: number };
type Knocks = { seconds: number; latencies: number[] };

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

const hookOf = ({ url }: Site, { secret }: Sender): string => `${url}/hooks/evolution/${secret}`;

async function serveBare({ ctx }: Site): Promise<{ url: string; close(): void }> {
  await ctx.db.execute(sql`create table bare_events (like inbound_events including all)`);
  const app = new Hono().post('/', async (c) => {
    const payload = JSON.stringify(await c.req.json());
    await ctx.db.execute(sql`
      insert into bare_events (instance_id, organization_id, event, payload)
      values ('00000000-0000-7000-8000-000000000000', '00000000-0000-7000-8000-000000000000', 'messages.update', ${payload}::jsonb)`);
    return c.json({ received: true });
  });
  const server = await listen(app.fetch);
  return { url: urlOf(server), close: () => server.closeAllConnections() };
}

async function knock(url: string, { providerName, secret }: Sender, from: number, count: number): Promise<Knocks> {
  const token = await new SignJWT({ app: 'evolution', action: 'webhook' })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt()
    .setExpirationTime('10m')
    .sign(new TextEncoder().encode(secret));
  const options = {
    url,
    token,
    instance: providerName,
    from: String(from),
    count: String(count),
    connections: CONNECTIONS,
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const { stdout } = await promisify(execFile)(process.execPath, [KNOCK, ...args], { maxBuffer: 64 * 1024 * 1024 });
  return JSON.parse(stdout) as Knocks;
}

async function drainAll(ctx: AppContext): Promise<void> {
  while ((await drainInboundOnce(ctx)) > 0);
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
