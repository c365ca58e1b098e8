import { count, eq } from 'drizzle-orm';
import { customers } from '#src/db/schema/customers.ts';
import type { Member } from '#test/support/cast.ts';
import type { World } from '#test/support/world.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field
export type Json = any;
export const json = async (answer: Response | Promise<Response>): Promise<Json> => (await answer).json();
const CSV = { 'content-type': 'text/csv; charset=utf-8' };
export const upload = (member: Member, content: string | Uint8Array | ReadableStream, query = '', headers = {}) =>
  member.call('POST', `/v1/customers/import${query}`, content, { ...CSV, ...headers });
export const status = (member: Member, id: string, language = 'en') =>
  json(member.call('GET', `/v1/imports/${id}`, undefined, { 'accept-language': language }));
/** Uploads a file, imports it, and gives what became of it. */
export async function carryOut(world: World, content: string | Uint8Array, query = '', headers = {}): Promise<Json> {
  const { id } = await json(upload(world.acme, content, query, headers));
  await world.drain();
  return status(world.acme, id);
}
export const list = async (member: Member, query = ''): Promise<Json[]> =>
  (await json(member.call('GET', `/v1/customers${query}`))).data;
export const phoneOf = (i: number) => `+90532${String(i).padStart(7, '0')}`;
export const lines = (rows: string[]) => `${rows.join('\n')}\n`;
export const people = (size: number) =>
  lines(['ad,telefon,etiket', ...Array.from({ length: size }, (_, i) => `Kişi ${i},${phoneOf(i)},yeni`)]);
export const total = async (world: World) =>
  (
    await world.ctx.db
      .select({ n: count() })
      .from(customers)
      .where(eq(customers.organizationId, world.acme.organizationId))
  )[0]!.n;
