import { sql } from 'drizzle-orm';
import { sweepCampaigns } from '#src/campaigns/sweep-campaigns.ts';
import type { AppContext } from '#src/context.ts';
import { proveLedger } from '#src/credits/prove-ledger.ts';
import { createWorld } from '#test/support/world.ts';
import { createGroupOf, openInstance, startQuickSimulator, storeMedia } from './stage.ts';

/** One campaign of acme's, started (if its time has come) on an open instance of the simulator. */
export async function stage(
  options: {
    count?: number;
    endings?: string[];
    more?: object;
    now?: string;
    env?: Record<string, string>;
    media?: Parameters<typeof storeMedia>[2][];
    /** Windows from 00:00 to 24:00, for worlds on the real clock. */
    allDay?: boolean;
    ownMessageIds?: boolean;
  } = {},
) {
  const world = await createWorld({ now: options.now, env: options.env });
  const simulator = await startQuickSimulator({ supportsOwnMessageId: options.ownMessageIds ?? false });
  if (options.allDay) await openAllDay(world.ctx);
  const instanceId = await openInstance(world.ctx, world.acme, simulator);
  const groupId = await createGroupOf(world.ctx, world.acme, options.count ?? 3, options.endings);
  const response = await world.acme.call('POST', '/v1/campaigns', {
    name: 'Bahar',
    channel: 'whatsapp',
    text: 'Merhaba {{ firstName }}',
    audience: { groupIds: [groupId] },
    startAt: null,
    mediaIds: await Promise.all((options.media ?? []).map((kind) => storeMedia(world.ctx, world.acme, kind))),
    ...options.more,
  });
  const { id } = await response.json();
  await world.drain();
  const campaign = async () => (await world.acme.call('GET', `/v1/campaigns/${id}`)).json();
  const credits = async () => (await world.acme.call('GET', '/v1/credits')).json();
  const recipients = async () => (await (await world.acme.call('GET', `/v1/campaigns/${id}/recipients`)).json()).data;
  const act = (action: string) => world.acme.call('POST', `/v1/campaigns/${id}/${action}`);
  return {
    ...world,
    simulator,
    instanceId,
    id,
    campaign,
    credits,
    recipients,
    act,
    drain: () => world.drain(),
    sweep: () => sweepCampaigns(world.ctx),
    ledger: () => proveLedger(world.ctx, {}),
    async [Symbol.asyncDispose]() {
      await simulator.close();
      await world[Symbol.asyncDispose]();
    },
  };
}

async function openAllDay(ctx: AppContext): Promise<void> {
  await ctx.db.execute(sql`insert into platform_settings (window_start_minute, window_end_minute) values (0, 1440)`);
  await ctx.db.execute(sql`update user_settings set window_start_minute = 0, window_end_minute = 1440`);
}
