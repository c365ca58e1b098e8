import { sql } from 'drizzle-orm';
import type { SimulatorOptions } from '#evolution/simulator/simulator-options.ts';
import { proveLedger } from '#src/credits/prove-ledger.ts';
import { createInstanceWorld } from '#test/instances/instance-world.ts';
import { createGroupOf } from './stage.ts';

type Recipient = { address: string; status: string; statusReason: string | null; spentCredits: number };

/**
 * acme's number, connected through the API so that the simulator's webhooks reach us, at any hour of the real clock (Evolution's
 * own). Campaigns are run on it one after the other.
 */
export async function connectNumber(simulator: SimulatorOptions = {}) {
  const world = await createInstanceWorld({ now: new Date().toISOString(), simulator });
  const { ctx, acme } = world;
  await ctx.db.execute(sql`insert into platform_settings (window_start_minute, window_end_minute) values (0, 1440)`);
  await ctx.db.execute(sql`update user_settings set window_start_minute = 0, window_end_minute = 1440`);
  const { id: instanceId } = await (await world.asAcme('POST', '/v1/instances', {})).json();
  const { providerName } = await world.row(instanceId);
  const scan = async () => {
    await world.control('POST', `/scan/${providerName}`, {});
    await world.until(async () => (await world.row(instanceId)).status === 'open');
  };
  await scan();
  return {
    ...world,
    instanceId,
    providerName,
    async reconnect() {
      await world.asAcme('POST', `/v1/instances/${instanceId}/connect`, {});
      await scan();
    },
    fault: (outcome: object, more: object = {}) => world.control('POST', '/faults', { outcome, ...more }),
    /** No faults, no bad weather, nothing held against the number. */
    async heal() {
      await world.control('DELETE', '/faults');
      await world.control('PUT', '/webhooks', { loseShare: 0, duplicateShare: 0, reorder: false, paused: false });
      await ctx.db.execute(sql`delete from lane_health`);
      await ctx.db.execute(
        sql`update lanes set next_allowed_at = null, due_at = ${ctx.clock.now().toISOString()}::timestamptz`,
      );
    },
    sends: (ending: string) => world.simulator.sends().filter(({ number }) => number.endsWith(ending)).length,
    ledger: () => proveLedger(ctx, {}),
    /** A campaign to phones of these endings, started; `known`: none of them a stranger. */
    async campaign(endings: string[], { known = false, ...more }: { known?: boolean } & Record<string, unknown> = {}) {
      const groupId = await createGroupOf(ctx, acme, endings.length, endings);
      if (known)
        await ctx.db.execute(sql`update customers set last_contacted_at = '2026-01-01'
          where id in (select customer_id from group_members where group_id = ${groupId})`);
      const body = {
        name: 'n',
        channel: 'whatsapp',
        text: 'Merhaba',
        audience: { groupIds: [groupId] },
        startAt: null,
      };
      const { id } = await (await world.asAcme('POST', '/v1/campaigns', { ...body, ...more })).json();
      await world.drain();
      const recipients = async (): Promise<Recipient[]> =>
        (await (await world.asAcme('GET', `/v1/campaigns/${id}/recipients`)).json()).data;
      return {
        id: id as string,
        read: async () => (await world.asAcme('GET', `/v1/campaigns/${id}`)).json(),
        recipients,
        statuses: async () => (await recipients()).map(({ status }) => status),
        act: (action: string) => world.asAcme('POST', `/v1/campaigns/${id}/${action}`),
      };
    },
  };
}
