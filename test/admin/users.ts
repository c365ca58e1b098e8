import { setTimeout } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import type { Member } from '#test/support/cast.ts';
import type { World } from '#test/support/world.ts';

export const PASSWORD = 'correct horse battery';

/** Somebody who signed up by himself. */
export async function signUp(world: World, name = 'Selin', email = `${name.toLowerCase()}@example.com`) {
  const login = { email, password: PASSWORD };
  const answer = await (await world.call('POST', '/v1/auth/sign-up/email', { ...login, name })).json();
  return { userId: answer.user.id as string, signIn: signInBy(world, login), ...asBearer(world, answer.token) };
}

export const signInBy =
  (world: World, login: { email: string; password: string }, language = 'en') =>
  () =>
    world.call('POST', '/v1/auth/sign-in/email', login, { 'accept-language': language });

export const asBearer = (world: World, token: string) => ({
  token,
  call: (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
    world.call(method, path, body, { authorization: `Bearer ${token}`, ...headers }),
});

/** A member of acme, signed in. */
export async function addConsultant(world: World, name = 'Burak') {
  const email = `${name.toLowerCase()}@acme.example.com`;
  const body = { email, name, password: PASSWORD, role: 'consultant' };
  const { userId } = await (await world.acme.call('POST', '/v1/organization/members', body)).json();
  const { token } = await (await signInBy(world, { email, password: PASSWORD })()).json();
  return { userId: userId as string, email, ...asBearer(world, token) };
}

/** A second platform admin, made of somebody. */
export async function promote(world: World, member: Member): Promise<void> {
  await world.ctx.db.execute(sql`update users set role = 'admin' where id = ${member.userId}`);
}

type Queried = { execute: AppContext['db']['execute'] };

/** Until so many statements wait for an account that somebody has locked. */
export async function untilSomebodyWaits(db: Queried, many = 1): Promise<void> {
  for (;;) {
    const waiting = await db.execute(sql`
      select 1 from pg_locks l join pg_database d on d.oid = l.database
      where l.locktype = 'advisory' and not l.granted and d.datname = current_database()`);
    if (waiting.length >= many) return;
    await setTimeout(5);
  }
}

/** Where the newest mail of that kind to the address leads. */
export async function linkOf(world: World, kind: string, address: string): Promise<string> {
  const [mail] = await world.ctx.db.execute<{ sealed: string }>(sql`
    select data ->> 'sealed' as sealed from mails where kind = ${kind} and address = ${address} order by id desc limit 1`);
  const { url } = JSON.parse(world.ctx.secrets.open(mail!.sealed)) as { url: string };
  return url.slice(url.lastIndexOf('/') + 1);
}
