import { expect, it } from 'vitest';
import { liveEvents } from '#src/db/schema/live.ts';
import { purgeLiveEvents } from '#src/live/purge-live-events.ts';
import { createWorld } from '#test/support/world.ts';
import { numbers, say } from './open-live.ts';

it('events are deleted after an hour', async () => {
  await using world = await createWorld();
  await say(world.acme, 1);
  world.clock.advance({ minutes: 59 });
  await say(world.acme, 2);
  world.clock.advance({ minutes: 1 });
  await purgeLiveEvents(world.ctx);
  expect(numbers(await world.ctx.db.select().from(liveEvents))).toEqual([2]);
});
