import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { deliverDue, runHookPump } from '#webhooks/outbound/run-hook-pump.ts';
import type { Ground } from './ground.ts';
import { inParallel } from './in-parallel.ts';
import { median, quantile, type Section, timed, watch } from './measure.ts';
import { createSenders } from './populate.ts';
import { startSinkProcess } from './sink-process.ts';

export type WebhookSize = { events: number; repetitions: number };

/** Requests to one endpoint at a time, in both. */
const WIDTH = 4;
const STATEMENT = 50;

/** How fast events are delivered, against posting alone; and what it costs those who publish that somebody might listen. */
export async function benchWebhooks(ground: Ground, { events, repetitions }: WebhookSize): Promise<Section> {
  await using site = await ground.open();
  await using sink = await startSinkProcess('http');
  const { ctx } = site;
  const [sender] = await createSenders(ctx, 1, 1);
  const { organizationId } = sender!;
  const [bare, one, twenty, heard]: number[][] = [[], [], [], []];
  const publishing = await measurePublishing(ctx, organizationId, repetitions);
  for (let i = 0; i < repetitions; i++) {
    bare!.push(events / (await timed(() => postBare(`${sink.url}/bare`, events))));
    one!.push(await deliver(ctx, organizationId, sink.url, events, 1));
    twenty!.push(await deliver(ctx, organizationId, sink.url, events, 20));
  }
  await withEndpoints(ctx, organizationId, sink.url, 1);
  heard!.push(...(await measureLag(ctx, organizationId)));
  const baseline = { what: `fetch, ${WIDTH} at once: no signature, nothing written down`, values: bare! };
  return {
    title: `Webhooks out: ${events} events`,
    figures: [
      { what: 'delivered to one endpoint: signed, logged', unit: '/s', values: one!, baseline },
      { what: 'delivered to twenty endpoints', unit: '/s', values: twenty!, baseline },
      { what: 'published → arrived, p50', unit: 'ms', values: [median(heard!)] },
      { what: 'published → arrived, p99', unit: 'ms', values: [quantile(heard!, 0.99)] },
      {
        what: `${STATEMENT} events published in a statement, nobody listens (1,000 other organizations do)`,
        unit: 'ms',
        values: publishing.ours,
        baseline: { what: 'the same without the trigger', values: publishing.bare },
      },
    ],
    notes: ['The consumer is a process of its own on the same machine; the database is shared by all.'],
  };
}

const postBare = (url: string, events: number): Promise<void> =>
  inParallel(WIDTH, Array.from({ length: events }), async (_, i) => {
    const body = JSON.stringify({ type: 'message.status-changed', data: { n: i } });
    const response = await fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    await response.text();
  });

async function withEndpoints(ctx: AppContext, organizationId: string, url: string, count: number): Promise<void> {
  const secret = ctx.secrets.seal('whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD');
  await ctx.db.execute(sql`truncate webhook_endpoints, webhook_events cascade`);
  await ctx.db.execute(sql`
    insert into webhook_endpoints (organization_id, url, events, secret_sealed)
    select ${organizationId}, ${url} || '/' || n, '{*}', ${secret} from generate_series(1, ${count}::int) n`);
}

const publish = (ctx: AppContext, organizationId: string, count: number) =>
  ctx.db.execute(sql`
    insert into live_events (organization_id, type, data, created_at)
    select ${organizationId}, 'message.status-changed', jsonb_build_object('messageId', uuid_v7(), 'status', 'delivered', 'n', n),
      ${ctx.clock.now().toISOString()}::timestamptz
    from generate_series(1, ${count}::int) n`);

/** Deliveries a second. */
async function deliver(
  ctx: AppContext,
  organizationId: string,
  url: string,
  events: number,
  endpoints: number,
): Promise<number> {
  await withEndpoints(ctx, organizationId, url, endpoints);
  await publish(ctx, organizationId, events / endpoints);
  await ctx.db.execute(sql`analyze webhook_deliveries, webhook_events, webhook_endpoints`);
  const { seconds } = await watch(async () => {
    while (await deliverDue(ctx));
  });
  const [left] = await ctx.db.execute(sql`select from webhook_deliveries where status <> 'delivered' limit 1`);
  if (left) throw new Error('something was not delivered');
  return events / seconds;
}

/** Milliseconds from the commit of an event to the answer of its consumer, one at a time. */
async function measureLag(ctx: AppContext, organizationId: string): Promise<number[]> {
  const heard = new Map<string, () => void>();
  const inner: AppContext = {
    ...ctx,
    hooks: {
      ...ctx.hooks,
      async post(call) {
        const outcome = await ctx.hooks.post(call);
        heard.get('one')?.();
        return outcome;
      },
    },
  };
  const pump = await runHookPump(inner);
  const lags: number[] = [];
  for (let i = 0; i < 100; i++) {
    const arrived = new Promise<void>((resolve) => heard.set('one', resolve));
    lags.push(
      1000 *
        (await timed(async () => {
          await publish(ctx, organizationId, 1);
          await arrived;
        })),
    );
  }
  await pump.stop();
  return lags;
}

/** Milliseconds a statement, many times by turns with the trigger and without. */
async function measurePublishing(
  ctx: AppContext,
  organizationId: string,
  repetitions: number,
): Promise<{ ours: number[]; bare: number[] }> {
  await ctx.db.execute(sql`
    insert into organizations (id, name, slug) select uuid_v7()::text::uuid, 'Other ' || n, 'other-' || n from generate_series(1, 1000) n`);
  await ctx.db.execute(sql`
    insert into webhook_endpoints (organization_id, url, events, secret_sealed)
    select id, 'https://crm.example.com/', '{*}', '' from organizations where id <> ${organizationId}`);
  await ctx.db.execute(sql`analyze webhook_endpoints`);
  const [ours, bare]: number[][] = [[], []];
  const times = 20;
  const run = async () =>
    (1000 / times) *
    (await timed(async () => {
      for (let i = 0; i < times; i++) await publish(ctx, organizationId, STATEMENT);
    }));
  await run();
  for (let i = 0; i < 8 * repetitions; i++) {
    await ctx.db.execute(
      sql.raw(`alter table live_events ${i % 2 ? 'enable' : 'disable'} trigger live_events_queue_webhooks`),
    );
    (i % 2 ? ours : bare)!.push(await run());
  }
  return { ours: ours!, bare: bare! };
}
