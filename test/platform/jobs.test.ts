import { describe, expect, it } from 'vitest';
import { inTransaction } from '#src/context.ts';
import { DEAD_LETTERS, defineJob, jobsOf, openJobs } from '#src/platform/jobs.ts';
import { createWorld } from '#test/support/world.ts';

const job = defineJob<{ n: number }>({ name: 'test.jobs', retryLimit: 2, expireInSeconds: 60 });
const only = defineJob({ name: 'test.only', retryLimit: 0, expireInSeconds: 60, policy: 'exclusive' });

async function openQueue() {
  const world = await createWorld();
  const boss = await openJobs(world.databaseUrl, [job, only], { onError: () => {}, background: false, max: 2 });
  const ctx = { ...world.ctx, boss, jobs: jobsOf(boss, world.ctx.db) };
  const waiting = async (name = job.name) =>
    (await boss.fetch<{ n: number }>(name, { batchSize: 50 })).map(({ data }) => data.n);
  return {
    ctx,
    boss,
    databaseUrl: world.databaseUrl,
    waiting,
    async [Symbol.asyncDispose]() {
      await boss.stop({ graceful: false, close: true });
      await world[Symbol.asyncDispose]();
    },
  };
}

describe('jobs sent in a transaction', () => {
  it('are there once it is committed, and not before', async () => {
    await using queue = await openQueue();
    await inTransaction(queue.ctx, async (ctx) => {
      await ctx.jobs.send(job, { n: 1 });
      expect(await queue.waiting()).toEqual([]);
    });
    expect(await queue.waiting()).toEqual([1]);
  });

  it('are gone with it when it is rolled back', async () => {
    await using queue = await openQueue();
    const failing = inTransaction(queue.ctx, async (ctx) => {
      await ctx.jobs.send(job, { n: 1 });
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    await queue.ctx.jobs.send(job, { n: 2 });
    expect(await queue.waiting()).toEqual([2]);
  });

  it('do not outlive the inner transaction they belong to', async () => {
    await using queue = await openQueue();
    await inTransaction(queue.ctx, async (ctx) => {
      await ctx.db
        .transaction(async (tx) => {
          await jobsOf(queue.boss, tx).send(job, { n: 1 });
          throw new Error('inner');
        })
        .catch(() => {});
      await ctx.jobs.send(job, { n: 2 });
    });
    expect(await queue.waiting()).toEqual([2]);
  });
});

describe('queues', () => {
  it('may be opened by many processes at once, and keep their jobs', async () => {
    await using queue = await openQueue();
    await queue.ctx.jobs.send(job, { n: 1 });
    const open = () => openJobs(queue.databaseUrl, [job, only], { onError: () => {}, background: false, max: 1 });
    const others = await Promise.all([open(), open(), open()]);
    await Promise.all(others.map((other) => other.stop({ graceful: false, close: true })));
    expect(await queue.boss.getQueue(job.name)).toMatchObject({ retryLimit: 2, expireInSeconds: 60 });
    expect(await queue.waiting()).toEqual([1]);
  });

  it('keep a job for later', async () => {
    await using queue = await openQueue();
    await queue.ctx.jobs.send(job, { n: 1 }, { startAfter: new Date('2999-01-01T00:00:00Z') });
    expect(await queue.waiting()).toEqual([]);
  });

  it('hold one job a key where they are exclusive', async () => {
    await using queue = await openQueue();
    await Promise.all(Array.from({ length: 10 }, () => queue.ctx.jobs.send(only, { n: 1 }, { singletonKey: 'a' })));
    await queue.ctx.jobs.send(only, { n: 2 }, { singletonKey: 'b' });
    expect((await queue.waiting(only.name)).sort()).toEqual([1, 2]);
  });

  it('keep what ran out of tries as a dead letter that says where it came from, and can be sent back', async () => {
    await using queue = await openQueue();
    await queue.ctx.jobs.send(only, { n: 7 });
    const [failing] = await queue.boss.fetch(only.name);
    await queue.boss.fail(only.name, failing!.id, { message: 'no luck' });
    const dead = await queue.boss.findJobs(DEAD_LETTERS);
    expect(dead).toMatchObject([{ data: { n: 7 }, sourceName: only.name, sourceId: failing!.id }]);
    await queue.boss.redrive(DEAD_LETTERS, { sourceName: only.name });
    expect(await queue.waiting(only.name)).toEqual([7]);
  });

  it('that are there already are brought up to date', async () => {
    await using queue = await openQueue();
    const changed = { ...job, retryLimit: 9, expireInSeconds: 600, heartbeatSeconds: 15 };
    const other = await openJobs(queue.databaseUrl, [changed], { onError: () => {}, background: false, max: 1 });
    expect(await other.getQueue(job.name)).toMatchObject({
      retryLimit: 9,
      expireInSeconds: 600,
      heartbeatSeconds: 15,
      deadLetter: DEAD_LETTERS,
    });
    await other.stop({ graceful: false, close: true });
  });
});
