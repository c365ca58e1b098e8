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
  } = {},
) {
  const world = await createWorld({ now: options.now, env: options.env });
  const simulator = await startQuickSimulator();
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
    ledger: () => proveLedger(world.ctx, {}),
    async [Symbol.asyncDispose]() {
      await simulator.close();
      await world[Symbol.asyncDispose]();
    },
  };
}
