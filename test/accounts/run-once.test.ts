import { z } from '@hono/zod-openapi';
import { eq, sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction } from '#src/context.ts';
import { idempotencyKeys } from '#src/db/schema/accounts.ts';
import { activities } from '#src/db/schema/activities.ts';
import { defineRoute } from '#src/door.ts';
import { Problem } from '#src/platform/problem.ts';
import { createWorld, type World } from '#test/support/world.ts';
import { bearer, json, openDoor } from './open-door.ts';

type Fate = (ctx: World['acme']['ctx']) => Promise<{ note: string } | Response>;

/** A POST whose effect is one activity, and whose fate before and after it the test decides. */
function probe(fate: { before?: Fate; after?: Fate } = {}) {
  const Body = z.strictObject({ note: z.string() });
  const spec = { method: 'post', path: '/v1/probe', summary: 'probe', tag: 'Probe', access: 'user' } as const;
  return defineRoute({ ...spec, body: Body, answer: { status: 201, schema: Body } }, async ({ ctx, body }) => {
    const early = await fate.before?.(ctx);
    if (early) return early;
    await inTransaction(ctx, (ctx) =>
      recordActivity(ctx, { verb: 'probe.effect', subjectType: 'probe', details: body }),
    );
    return (await fate.after?.(ctx)) ?? body;
  });
}

const effects = async (world: World) =>
  (await world.ctx.db.select().from(activities).where(eq(activities.verb, 'probe.effect'))).length;

function caller(world: World, fate: { before?: Fate; after?: Fate } = {}) {
  const { call } = openDoor(world.ctx, { routes: [probe(fate)], limits: null });
  return (note = 'one', key = 'key-1', token = world.acme.token) =>
    call('POST', '/v1/probe', { note }, { 'idempotency-key': key, ...bearer(token) });
}

const codeOf = async (response: Response) => `${response.status} ${(await json(response))['code']}`;
const gate = () => Promise.withResolvers<void>();

it('F67: 201 again: the same key and body get the first answer, and there is one effect', async () => {
  await using world = await createWorld();
  const post = caller(world);
  const first = await post();
  expect([first.status, first.headers.get('idempotency-replayed')]).toEqual([201, null]);
  const second = await post();
  expect([second.status, second.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
  expect(second.headers.get('content-type')).toBe(first.headers.get('content-type'));
  expect(await second.json()).toEqual(await first.json());
  expect(await effects(world)).toBe(1);
});

it('the kept answer is sealed', async () => {
  await using world = await createWorld();
  await caller(world)('a secret shown once');
  const [row] = await world.ctx.db.select().from(idempotencyKeys);
  expect(row!.body).not.toContain('secret');
});

it('F67: 422: the same key with another body', async () => {
  await using world = await createWorld();
  const post = caller(world);
  await post('one');
  expect(await codeOf(await post('two'))).toBe('422 idempotency-key-reused');
  expect(await effects(world)).toBe(1);
});

it('400: a key that is no key', async () => {
  await using world = await createWorld();
  const post = caller(world);
  expect(await codeOf(await post('one', 'k'.repeat(256)))).toBe('400 invalid-request');
  expect(await codeOf(await post('one', 'two words'))).toBe('400 invalid-request');
  expect(await effects(world)).toBe(0);
});

it('a key belongs to its user: another one may use the same', async () => {
  await using world = await createWorld();
  const post = caller(world);
  expect((await post('one', 'key-1', world.acme.token)).status).toBe(201);
  const other = await post('two', 'key-1', world.globex.token);
  expect([other.status, other.headers.get('idempotency-replayed')]).toEqual([201, null]);
});

it('F67: a hundred at once: one effect, the others get its answer or are told to wait', async () => {
  await using world = await createWorld();
  const post = caller(world);
  const answers = await Promise.all(Array.from({ length: 100 }, () => post()));
  expect(await effects(world)).toBe(1);
  expect(answers.filter((a) => a.status === 201 && !a.headers.get('idempotency-replayed'))).toHaveLength(1);
  for (const answer of answers.filter((a) => a.status !== 201))
    expect(await codeOf(answer)).toBe('409 request-in-progress');
});

it('409 request-in-progress: the first one is still running', async () => {
  await using world = await createWorld();
  const [entered, go] = [gate(), gate()];
  const post = caller(world, {
    before: async () => {
      entered.resolve();
      await go.promise;
      return undefined as never;
    },
  });
  const first = post();
  await entered.promise;
  const second = await post();
  expect(second.headers.get('retry-after')).toBe('1');
  expect(await codeOf(second)).toBe('409 request-in-progress');
  go.resolve();
  expect((await first).status).toBe(201);
});

it('a refusal is repeated: the same 4xx again, and the work is not tried twice', async () => {
  await using world = await createWorld();
  let runs = 0;
  const post = caller(world, {
    before: async () => {
      runs++;
      throw new Problem('insufficient-credits', { members: { required: 5, available: 1 } });
    },
  });
  const first = await json(await post());
  const second = await post();
  expect([second.status, second.headers.get('content-type')]).toEqual([402, 'application/problem+json']);
  expect(await json(second)).toEqual(first);
  expect([runs, second.headers.get('idempotency-replayed')]).toEqual([1, 'true']);
});

it.each(['forbidden', 'rate-limited', 'unavailable'] as const)('%s is not kept: the next try runs', async (code) => {
  await using world = await createWorld();
  let broken = true;
  const post = caller(world, {
    before: async () => {
      if (broken) throw new Problem(code);
      return undefined as never;
    },
  });
  await post();
  broken = false;
  const second = await post();
  expect([second.status, second.headers.get('idempotency-replayed')]).toEqual([201, null]);
});

it('500 before anything took effect frees the key; after it, the outcome is unknown and nothing runs again', async () => {
  await using world = await createWorld();
  let fails = true;
  const early = caller(world, {
    before: async () => {
      if (fails) throw new Error('boom');
      return undefined as never;
    },
  });
  expect((await early('one', 'early')).status).toBe(500);
  fails = false;
  expect((await early('one', 'early')).status).toBe(201);
  const late = caller(world, { after: () => Promise.reject(new Error('boom')) });
  expect((await late('one', 'late')).status).toBe(500);
  expect(await codeOf(await late('one', 'late'))).toBe('409 outcome-unknown');
  expect(await effects(world)).toBe(2);
});

it('F67: a crash before the commit: the key is taken over once its lease has passed', async () => {
  await using world = await createWorld();
  const crashed = { userId: world.acme.userId, route: 'post /v1/probe', key: 'key-1', createdAt: world.clock.now() };
  const post = caller(world);
  await post();
  const [{ requestHash }] = (await world.ctx.db.select().from(idempotencyKeys)) as unknown as [{ requestHash: string }];
  await world.ctx.db.execute(sql`truncate idempotency_keys`);
  const lockedUntilAt = new Date(world.clock.now().getTime() + 60_000);
  await world.ctx.db.insert(idempotencyKeys).values({ ...crashed, requestHash, lockedUntilAt });
  expect(await codeOf(await post())).toBe('409 request-in-progress');
  world.clock.advance({ seconds: 61 });
  expect((await post()).status).toBe(201);
  await world.ctx.db.execute(sql`truncate idempotency_keys`);
  const applied = { ...crashed, requestHash, lockedUntilAt, appliedAt: lockedUntilAt };
  await world.ctx.db.insert(idempotencyKeys).values(applied);
  expect(await codeOf(await post())).toBe('409 outcome-unknown');
});

it('F67: a runner whose lease ran out cannot commit beside the one who took over', async () => {
  await using world = await createWorld();
  const [entered, go] = [gate(), gate()];
  let runs = 0;
  const post = caller(world, {
    before: async () => {
      runs++;
      if (runs > 1) return undefined as never;
      entered.resolve();
      await go.promise;
      return undefined as never;
    },
  });
  const slow = post();
  await entered.promise;
  world.clock.advance({ minutes: 3 });
  expect((await post()).status).toBe(201);
  go.resolve();
  expect(await codeOf(await slow)).toBe('409 request-in-progress');
  expect([runs, await effects(world)]).toEqual([2, 1]);
  expect((await post()).headers.get('idempotency-replayed')).toBe('true');
});

it('an answer too large to keep took effect all the same: repeated, its outcome is unknown', async () => {
  await using world = await createWorld();
  const post = caller(world, { after: async () => Response.json({ text: 'x'.repeat(300_000) }, { status: 201 }) });
  const first = await post();
  expect((await first.text()).length).toBeGreaterThan(300_000);
  expect(await codeOf(await post())).toBe('409 outcome-unknown');
  expect(await effects(world)).toBe(1);
});

it('after a day a key may be used anew, also for another body', async () => {
  await using world = await createWorld();
  const post = caller(world);
  await post('one');
  world.clock.advance({ hours: 24 });
  const next = await post('two');
  expect([next.status, next.headers.get('idempotency-replayed')]).toEqual([201, null]);
  expect(await effects(world)).toBe(2);
});
