import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';

type Trouble = {
  on: 'insert' | 'update' | 'insert or update';
  /** An error's code: every statement gets it. 57P01: its connection is cut, as when a backend or its client is killed. Else it takes so long. */
  code?: string;
  seconds?: number;
  /** So many statements and no more; otherwise until the sabotage ends. */
  times?: number;
  /** The share of statements that it befalls. */
  share?: number;
};

/** Has PostgreSQL itself fail in the middle of transactions that write to a table. Stands in for a full disk (53100), which nobody can make here. */
export async function sabotage(
  { db }: Pick<AppContext, 'db'>,
  table: string,
  { on, code, seconds = 0, times = 1_000_000, share = 1 }: Trouble,
): Promise<AsyncDisposable> {
  const name = `sabotage_${randomBytes(4).toString('hex')}`;
  const harm =
    code === '57P01'
      ? 'perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(1);'
      : code
        ? `raise exception using errcode = '${code}', message = 'sabotaged';`
        : `perform pg_sleep(${seconds});`;
  // a sequence counts on when the transaction is rolled back
  await db.execute(sql.raw(`create sequence ${name}`));
  await db.execute(
    sql.raw(`create function ${name}() returns trigger language plpgsql security definer as $$ begin
      if random() < ${share} then if nextval('${name}') <= ${times} then ${harm} end if; end if;
      return new;
    end $$`),
  );
  await db.execute(sql.raw(`create trigger ${name} after ${on} on ${table} for each row execute function ${name}()`));
  return {
    async [Symbol.asyncDispose]() {
      await db.execute(sql.raw(`drop trigger ${name} on ${table}`));
      await db.execute(sql.raw(`drop function ${name}`));
      await db.execute(sql.raw(`drop sequence ${name}`));
    },
  };
}
