import { afterAll, beforeAll, expect, it } from 'vitest';
import { applyConnectionNews } from '#src/instances/apply-connection-news.ts';
import { findInstance } from '#src/instances/queries.ts';
import { openInstance } from '#test/campaigns/stage.ts';
import { createWorld, type World } from '#test/support/world.ts';

let world: World;
let instanceId: string;
beforeAll(async () => {
  world = await createWorld();
  instanceId = await openInstance(world.ctx, world.acme);
});
afterAll(() => world[Symbol.asyncDispose]());

const at = (second: number): Date => new Date(Date.UTC(2026, 2, 2, 12, 0, second));
const hear = (type: 'open' | 'connecting', second: number) => {
  const news = type === 'open' ? ({ type, phone: '+905320000000', profileName: null } as const) : ({ type } as const);
  return applyConnectionNews(world.ctx, [{ instanceId, news, at: world.clock.now(), providerAt: at(second) }]);
};
const status = async () => (await findInstance(world.ctx, instanceId))!.instance.status;

it('a connecting that comes after the open that followed it is old news, also when the open said nothing new', async () => {
  expect(await status()).toBe('open');
  await hear('open', 10);
  await hear('connecting', 9);
  expect(await status()).toBe('open');
  await hear('connecting', 11);
  expect(await status()).toBe('connecting');
  await hear('open', 12);
  expect(await status()).toBe('open');
});
