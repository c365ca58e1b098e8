import { sql } from 'drizzle-orm';
import { expect, inject, it } from 'vitest';
import { openDatabase } from '#src/db/client.ts';
import { StatementNames } from '#src/db/statement-names.ts';
import { createLedger } from './acknowledged.ts';

it('names what comes often, and always by the same name', () => {
  const names = new StatementNames();
  expect([1, 2, 3, 4].map(() => names.nameOf('select $1'))).toEqual([undefined, undefined, 'ulak_1', 'ulak_1']);
  expect([1, 2, 3].map(() => names.nameOf('select $2')).at(-1)).toBe('ulak_2');
});

it('keeps few: lists of every length and huge texts do not fill the server', () => {
  const names = new StatementNames();
  const given = Array.from({ length: 3_000 }, (_, i) => [1, 2, 3].map(() => names.nameOf(`select ${i}`)).at(-1));
  expect(given.filter(Boolean)).toHaveLength(250);
  const huge = `select '${'x'.repeat(20_000)}'`;
  expect([1, 2, 3, 4].map(() => new StatementNames().nameOf(huge)).at(-1)).toBeUndefined();
});

it('a table that changes under a prepared statement costs one error, not every later call', async () => {
  await using ledger = await createLedger(inject('serverUrl'));
  const { db, close } = openDatabase(ledger.url, { max: 1 });
  const read = () => db.execute(sql`select * from acknowledged where key >= ${0}::int`);
  for (let i = 0; i < 5; i++) await read();
  const [prepared] = await db.execute<{ count: string }>(
    sql`select count(*) as count from pg_prepared_statements where statement like '%from acknowledged%'`,
  );
  expect(Number(prepared!.count)).toBe(1);
  await db.execute(sql`alter table acknowledged add column note text`);
  await db.execute(sql`insert into acknowledged values (1, 'x')`);
  await expect(read()).rejects.toThrow();
  expect([...(await read())]).toEqual([{ key: 1, note: 'x' }]);
  await close();
});
