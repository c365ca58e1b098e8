import { eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { members, users } from '#src/db/schema/accounts.ts';
import { createWorld } from '#test/support/world.ts';
import { listen } from './listen.ts';
import { numbers, openLive, say } from './open-live.ts';

it('a listener who does not read is cut off, and resumes where he stopped', async () => {
  await using world = await createWorld();
  await using live = openLive(world, { mostWaiting: 10 });
  const [slow, quick] = [await live.open(world.acme), await live.open(world.acme)];
  for (let n = 1; n <= 30; n++) {
    await say(world.acme, n);
    await quick.untilEvents(n);
  }
  await slow.untilEnd();
  expect(slow.events().length).toBeLessThan(30);
  const resumed = await live.open(world.acme, slow.lastId());
  const missed = await resumed.untilEvents(30 - slow.events().length);
  expect(numbers([...slow.events(), ...missed])).toEqual(numbers(quick.events()));
});

it('429: five streams a user, and a closed one makes room', async () => {
  await using world = await createWorld();
  await using live = openLive(world);
  const streams = await Promise.all(Array.from({ length: 5 }, () => live.open(world.acme)));
  const refused = await live.get(world.acme);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '5']);
  expect((await live.open(world.globex)).seen).toHaveLength(1);
  await streams[0]!.stop();
  await live.open(world.acme);
  expect((await live.get(world.acme)).status).toBe(429);
});

it('401: nobody', async () => {
  await using world = await createWorld();
  await using live = openLive(world);
  expect((await live.get(null)).status).toBe(401);
});

it('a heartbeat shows that a quiet stream is alive', async () => {
  await using world = await createWorld();
  await using live = openLive(world, { heartbeatMs: 10 });
  const stream = await live.open(world.acme);
  await stream.until((sent) => sent.comment === 'heartbeat');
});

it('a banned user, and one taken out of the organization, stop hearing', async () => {
  await using world = await createWorld();
  await using live = openLive(world, { recheckMs: 10 });
  const [acme, globex, admin] = [
    await live.open(world.acme),
    await live.open(world.globex),
    await live.open(world.admin),
  ];
  await world.ctx.db.update(users).set({ banned: true }).where(eq(users.id, world.acme.userId));
  await acme.untilEnd();
  await world.ctx.db.delete(members).where(eq(members.userId, world.globex.userId));
  await globex.untilEnd();
  await say(world.admin, 1);
  expect(numbers(await admin.untilEvents(1))).toEqual([1]);
});

it('a stream ends by itself after its time, to be admitted anew', async () => {
  await using world = await createWorld();
  await using live = openLive(world, { streamMs: 20 });
  // it may end before it has begun: opening takes its time too
  await listen(await live.get(world.acme)).untilEnd();
});

it('closing the hub ends every stream and admits no more', async () => {
  await using world = await createWorld();
  const live = openLive(world);
  const stream = await live.open(world.acme);
  const catchingUp = await live.open(world.acme, '0-0');
  await live.hub.close();
  await stream.untilEnd();
  await catchingUp.untilEnd();
  expect((await live.get(world.acme)).status).toBe(503);
});

it('the reader rests while nobody listens, and starts again', async () => {
  await using world = await createWorld();
  await using live = openLive(world);
  for (let round = 1; round <= 3; round++) {
    const stream = await live.open(world.acme);
    await say(world.acme, round);
    expect(numbers(await stream.untilEvents(1))).toEqual([round]);
    await stream.stop();
  }
});
