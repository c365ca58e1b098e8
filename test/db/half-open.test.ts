import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openDatabase } from '#src/db/client.ts';
import { isOutage } from '#src/platform/is-outage.ts';
import { until } from '#test/support/processes.ts';
import { startTcpProxy, type TcpProxy } from '#test/support/tcp-proxy.ts';

let proxy: TcpProxy;
beforeAll(async () => {
  proxy = await startTcpProxy(inject('serverUrl'));
});
afterAll(() => proxy[Symbol.asyncDispose]());

async function open(patienceMs?: number) {
  const database = openDatabase(proxy.url, { max: 4, ...(patienceMs && { patienceMs }) });
  const warm = () => Promise.all([1, 2, 3, 4].map(() => database.db.execute(sql`select pg_sleep(0.05)`)));
  await warm();
  return { ...database, warm, [Symbol.asyncDispose]: () => database.close() };
}

/** How long it took to be refused, and whether as an outage. */
async function refusal(work: Promise<unknown>): Promise<{ outage: boolean; ms: number }> {
  const begun = performance.now();
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  return { outage: isOutage(error), ms: performance.now() - begun };
}

describe('G6: a connection on which nothing comes any more, and nobody says so', () => {
  it('a statement is given up within 10 s, and the next ones have new connections at once', async () => {
    await using database = await open();
    proxy.freeze();
    const refused = await refusal(database.db.execute(sql`select 1`));
    expect(refused).toMatchObject({ outage: true });
    expect(refused.ms).toBeLessThan(10_000);
    proxy.thaw();
    const begun = performance.now();
    await database.warm();
    expect(performance.now() - begun).toBeLessThan(5_000);
  }, 30_000);

  it('so is a transaction, wherever it stands, and a commit', async () => {
    await using database = await open(300);
    const inFlight = refusal(
      database.db.transaction(async (tx) => {
        await tx.execute(sql`select 1`);
        proxy.freeze();
        await tx.execute(sql`select 2`);
      }),
    );
    expect(await inFlight).toMatchObject({ outage: true });
    proxy.thaw();
    const committing = refusal(
      database.db.transaction(async (tx) => {
        await tx.execute(sql`select 1`);
        proxy.freeze();
      }),
    );
    expect(await committing).toMatchObject({ outage: true });
    proxy.thaw();
    await database.warm();
  }, 30_000);

  it('a statement that takes its time is left to it', async () => {
    await using database = await open(200);
    const [row] = await database.db.execute<{ done: number }>(sql`select 1 as done from pg_sleep(1.5)`);
    expect(row).toEqual({ done: 1 });
    await database.db.transaction(async (tx) => {
      await tx.execute(sql`select pg_sleep(0.7)`);
    });
  });

  it('listening goes on, on a new connection', async () => {
    await using database = await open(300);
    const heard: string[] = [];
    let times = 0;
    const listening = await database.client.listen(
      'half_open',
      (payload) => heard.push(payload),
      () => times++,
    );
    proxy.freeze();
    await new Promise((resolve) => setTimeout(resolve, 100));
    proxy.thaw();
    await until('to listen again', async () => times === 2, 10);
    const say = () => database.db.execute(sql`select pg_notify('half_open', 'again')`).catch(() => {});
    await until('the notice', async () => (await say()) && heard.includes('again'), 10);
    proxy.freeze();
    await listening.unlisten();
    proxy.thaw();
  }, 30_000);
});
