import { sql } from 'drizzle-orm';
import { expect, inject, it, vi } from 'vitest';
import { openDatabase } from '#src/db/client.ts';
import { createLedger } from './acknowledged.ts';

it('hears what is said, also after its connection was cut, and nothing once it is told to stop', async () => {
  await using ledger = await createLedger(inject('serverUrl'));
  const { db, client, close } = openDatabase(ledger.url, { max: 1 });
  const heard: string[] = [];
  let times = 0;
  const listening = await client.listen(
    'News',
    (news) => heard.push(news),
    () => times++,
  );
  const say = (news: string) => db.execute(sql`select pg_notify('News', ${news})`);
  await say('one');
  await vi.waitFor(() => expect(heard).toEqual(['one']));
  await db.execute(
    sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
  );
  await vi.waitFor(() => expect(times).toBe(2), { timeout: 5000 });
  await say('two');
  await vi.waitFor(() => expect(heard).toEqual(['one', 'two']));
  await listening.unlisten();
  await say('three');
  const [row] = await db.execute<{ others: string }>(
    sql`select count(*) others from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
  );
  await close();
  expect(row).toEqual({ others: '0' });
  expect(heard).toEqual(['one', 'two']);
});

it('refuses when the database is not there', async () => {
  const { client, close } = openDatabase('postgres://ulak:ulak@127.0.0.1:1/ulak');
  await expect(client.listen('news', () => {})).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await close();
});
