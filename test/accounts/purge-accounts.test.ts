import { expect, it } from 'vitest';
import { purgeAccounts } from '#src/accounts/purge-accounts.ts';
import { idempotencyKeys, rateLimits, sessions, verifications } from '#src/db/schema/accounts.ts';
import { hashSecret } from '#src/platform/secret-box.ts';
import { createWorld } from '#test/support/world.ts';

it('deletes what has run out, and nothing else', async () => {
  await using world = await createWorld();
  const { db } = world.ctx;
  const now = world.clock.now().getTime();
  const at = (hours: number) => new Date(now + hours * 3_600_000);
  const key = (name: string, hoursOld: number) => ({
    userId: world.acme.userId,
    route: 'post /v1/x',
    key: name,
    requestHash: 'h',
    lockedUntilAt: at(-hoursOld),
    createdAt: at(-hoursOld),
  });
  await db.insert(idempotencyKeys).values([key('old', 24), key('young', 23)]);
  await db.delete(sessions);
  await db.insert(sessions).values([
    { userId: world.acme.userId, token: 'ended', expiresAt: at(0) },
    { userId: world.acme.userId, token: 'open', expiresAt: at(1) },
  ]);
  await db.insert(verifications).values([
    { identifier: 'ended', value: 'v', expiresAt: at(-1) },
    { identifier: 'open', value: 'v', expiresAt: at(1) },
  ]);
  await db.insert(rateLimits).values([
    { key: 'old', count: 1, lastRequest: at(-24).getTime() },
    { key: 'young', count: 1, lastRequest: at(-1).getTime() },
  ]);
  await purgeAccounts(world.ctx);
  expect((await db.select().from(idempotencyKeys)).map((row) => row.key)).toEqual(['young']);
  expect((await db.select().from(sessions)).map((row) => row.token)).toEqual([hashSecret('open')]);
  expect((await db.select().from(verifications)).map((row) => row.identifier)).toEqual(['open']);
  expect((await db.select().from(rateLimits)).map((row) => row.key)).toEqual(['young']);
});

it('goes on until nothing is left, in bites', async () => {
  await using world = await createWorld();
  const old = world.clock.now().getTime() - 48 * 3_600_000;
  const rows = Array.from({ length: 5500 }, (_, i) => ({ key: `k${i}`, count: 1, lastRequest: old }));
  await world.ctx.db.insert(rateLimits).values(rows);
  await purgeAccounts(world.ctx);
  expect(await world.ctx.db.$count(rateLimits)).toBe(0);
});
