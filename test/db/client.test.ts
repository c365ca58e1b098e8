import { sql } from 'drizzle-orm';
import { describe, expect, inject, it } from 'vitest';
import { openDatabase } from '#src/db/client.ts';
import { createLedger, writers } from './acknowledged.ts';
import { type BurstResult, fireBurst } from './burst.ts';

/** Sizes at which another driver (postgres.js 3.4.9: 101 of one connection, 918 of ten) lost writes that it had acknowledged. */
const bursts: Record<1 | 10, number[]> = {
  1: [90, 99, 100, 101, 102, 200, 201],
  10: [90, 500, 917, 918, 919, 1000, 2000],
};

const lost = (result: BurstResult, stored: Set<number>) => result.acknowledged.filter((key) => !stored.has(key));

describe.each([1, 10] as const)('bursts of queries beside transactions, %i connections', (max) => {
  describe.each(['Drizzle', 'db.execute'] as const)('%s', (kind) => {
    it.each([false, true])(
      'loses no acknowledged write and stalls none (a commit follows: %s)',
      { timeout: 120_000 },
      async (commit) => {
        await using ledger = await createLedger(inject('serverUrl'));
        for (const size of bursts[max]) {
          const { db, close } = openDatabase(ledger.url, { max });
          const result = await fireBurst(db, writers[kind], size, commit);
          await close();
          const stored = await ledger.keys();
          expect({ size, failures: result.failures, lost: lost(result, stored) }).toEqual({
            size,
            failures: [],
            lost: [],
          });
          expect(result.acknowledged).toHaveLength(size + 40 + (commit ? 1 : 0));
          expect(result.rolledBack.filter((key) => stored.has(key))).toEqual([]);
          expect(result.longestPauseMs).toBeLessThan(2000);
          await ledger.empty();
        }
      },
    );
  });
});

describe('transactions', () => {
  it('run their own queries when every connection is taken', async () => {
    await using ledger = await createLedger(inject('serverUrl'));
    const { db, close } = openDatabase(ledger.url, { max: 2 });
    const work = (from: number) =>
      db.transaction(async (tx) => {
        await Promise.all(Array.from({ length: 20 }, (_, i) => writers.Drizzle(tx, from + i)));
        await tx.transaction((inner) => writers['db.execute'](inner, from + 20));
      });
    await Promise.all(Array.from({ length: 30 }, (_, i) => work(i * 100)));
    await close();
    expect((await ledger.keys()).size).toBe(30 * 21);
  });

  it('survive verbs that reach for the pool, as long as one connection is free', async () => {
    await using ledger = await createLedger(inject('serverUrl'));
    const { db, close } = openDatabase(ledger.url, { max: 4 });
    const work = (key: number) => db.transaction(async () => void (await writers.Drizzle(db, key)));
    await Promise.all([work(1), work(2), work(3)]);
    await close();
    expect((await ledger.keys()).size).toBe(3);
  });

  it('keep what hundreds of parallel queries in one of them write', async () => {
    await using ledger = await createLedger(inject('serverUrl'));
    const { db, close } = openDatabase(ledger.url, { max: 2 });
    for (const [i, kind] of (['Drizzle', 'db.execute'] as const).entries())
      await Promise.all([
        db.transaction((tx) => Promise.all(Array.from({ length: 250 }, (_, n) => writers[kind](tx, i * 10_000 + n)))),
        ...Array.from({ length: 250 }, (_, n) => writers[kind](db, i * 10_000 + 5000 + n)),
      ]);
    await close();
    expect((await ledger.keys()).size).toBe(1000);
  });
});

describe('a transaction', () => {
  it('fails when a statement in it failed and nobody said so, for then nothing was committed', async () => {
    await using ledger = await createLedger(inject('serverUrl'));
    const { db, close } = openDatabase(ledger.url, { max: 1 });
    const swallowing = db.transaction(async (tx) => {
      await writers.Drizzle(tx, 1);
      await writers.Drizzle(tx, 1).catch(() => {});
    });
    await expect(swallowing).rejects.toThrow('nothing was committed');
    await writers.Drizzle(db, 2);
    await close();
    expect([...(await ledger.keys())]).toEqual([2]);
  });

  it('may lose an inner one and go on', async () => {
    await using ledger = await createLedger(inject('serverUrl'));
    const { db, close } = openDatabase(ledger.url, { max: 1 });
    await db.transaction(async (tx) => {
      await writers.Drizzle(tx, 1);
      await tx.transaction((inner) => writers.Drizzle(inner, 1)).catch(() => {});
      await writers.Drizzle(tx, 2);
    });
    await close();
    expect([...(await ledger.keys())]).toEqual([1, 2]);
  });

  it('gives its connection back when it ends badly, and when it cannot even begin', async () => {
    await using ledger = await createLedger(inject('serverUrl'));
    const { db, close } = openDatabase(ledger.url, { max: 1 });
    for (let i = 0; i < 5; i++) {
      await expect(db.transaction(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
      const cut = db.transaction((tx) => tx.execute(sql`select pg_terminate_backend(pg_backend_pid())`));
      await expect(cut).rejects.toThrow();
      await expect(db.transaction(async () => {}, { isolationLevel: 'nonsense' as never })).rejects.toThrow();
    }
    await writers.Drizzle(db, 1);
    await close();
    expect((await ledger.keys()).size).toBe(1);
  });
});

describe('openDatabase', () => {
  it('answers a raw statement with its rows, and with how many it touched', async () => {
    await using ledger = await createLedger(inject('serverUrl'));
    const { db, close } = openDatabase(ledger.url, { max: 1 });
    const written = await db.execute(sql`insert into acknowledged values (1), (2)`);
    const read = await db.execute<{ key: number }>(sql`select key from acknowledged order by key`);
    await close();
    expect(written.count).toBe(2);
    expect(read).toEqual([{ key: 1 }, { key: 2 }]);
  });

  it('keeps the connection of a statement that fails', async () => {
    await using ledger = await createLedger(inject('serverUrl'));
    const { db, close } = openDatabase(ledger.url, { max: 1 });
    const backend = async () => (await db.execute<{ pid: number }>(sql`select pg_backend_pid() pid`))[0]!.pid;
    const before = await backend();
    await writers.Drizzle(db, 1);
    await expect(writers.Drizzle(db, 1)).rejects.toMatchObject({ cause: { code: '23505' } });
    expect(await backend()).toBe(before);
    await close();
  });

  it('gives up a lock that is held too long, so that nobody waits for ever', async () => {
    const { db, close } = openDatabase(inject('serverUrl'), { max: 1 });
    const rows = await db.execute<{ lock: string; idle: string }>(
      sql`select current_setting('lock_timeout') lock, current_setting('idle_in_transaction_session_timeout') idle`,
    );
    await close();
    expect(rows[0]).toEqual({ lock: '8s', idle: '15s' });
  });

  it('answers a database that is not there with an error, not with silence', async () => {
    const { db, close } = openDatabase('postgres://ulak:ulak@127.0.0.1:1/ulak', { max: 2 });
    const begun = performance.now();
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => db.execute(sql`select 1`)));
    await close();
    expect(results.map((result) => (result.status === 'rejected' ? result.reason.cause.code : null))).toEqual(
      Array(20).fill('ECONNREFUSED'),
    );
    expect(performance.now() - begun).toBeLessThan(10_000);
  });
});
