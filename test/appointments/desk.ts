import { randomBytes } from 'node:crypto';
import { members, sessions, userSettings, users } from '#src/db/schema/accounts.ts';
import { newId } from '#src/platform/ids.ts';
import type { Answer, Call, Member } from '#test/support/cast.ts';
import type { World } from '#test/support/world.ts';

// biome-ignore lint/suspicious/noExplicitAny: what is in it is what the test is about to say
export type Json = any;
export type Desk = {
  world: World;
  /** A consultant of acme's, in Istanbul. */
  selin: Member;
  /** Books with the owner unless told; answers the status and the body. */
  book(body: Json, as?: { call: Call }): Promise<{ status: number; body: Json }>;
  ask(method: string, path: string, body?: unknown, as?: { call: Call }): Promise<{ status: number; body: Json }>;
};

export async function openDesk(world: World): Promise<Desk> {
  const selin = await hire(world, 'selin');
  const ask: Desk['ask'] = async (method, path, body, as = world.acme) => readAnswer(await as.call(method, path, body));
  const book: Desk['book'] = (body, as) =>
    ask('POST', '/v1/appointments', { customerId: world.customers.ayse, title: 'Görüşme', ...body }, as);
  return { world, selin, book, ask };
}

export async function readAnswer(answer: Answer): Promise<{ status: number; body: Json }> {
  return { status: answer.status, body: answer.status === 204 ? null : await answer.json() };
}

/** A consultant of acme's. */
export async function hire({ ctx, acme, call }: World, name: string, timeZone = 'Europe/Istanbul'): Promise<Member> {
  const { organizationId } = acme;
  const [userId, token] = [newId(), randomBytes(24).toString('base64url')];
  await ctx.db.insert(users).values({ id: userId, name, email: `${name}@example.com`, emailVerified: true });
  await ctx.db.insert(members).values({ userId, organizationId, role: 'consultant' });
  await ctx.db.insert(userSettings).values({ userId, organizationId, timeZone });
  const expiresAt = new Date(Date.now() + 7 * 86_400_000);
  await ctx.db.insert(sessions).values({ userId, token, expiresAt, activeOrganizationId: organizationId });
  const asMember: Call = (method, path, body, headers) =>
    call(method, path, body, { authorization: `Bearer ${token}`, ...headers });
  const own = { ...acme.ctx, userId, role: 'consultant' as const, actor: { type: 'user' as const, id: userId } };
  return { userId, organizationId, token, ctx: own, call: asMember };
}

/** An hour, or as many minutes as told, from a local time in Istanbul. */
export const at = (day: string, time: string, minutes = 60) => {
  const startsAt = new Date(`${day}T${time}:00+03:00`);
  return { startsAt: startsAt.toISOString(), endsAt: new Date(startsAt.getTime() + minutes * 60_000).toISOString() };
};
