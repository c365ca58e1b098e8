import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { removeOrganization } from '#src/archive/remove-organization.ts';
import { runExport } from '#src/archive/run-export.ts';
import { runApply, runCheck } from '#src/archive/run-import.ts';
import { travellingTables } from '#src/archive/tables.ts';
import { dropSingles } from '#src/campaigns/drop-singles.ts';
import { type AppContext, inTransaction } from '#src/context.ts';
import { dropSms } from '#src/sms/drop-sms.ts';
import { createMember, type Member } from '#test/support/cast.ts';
import type { World } from '#test/support/world.ts';

export const PASSPHRASE = 'uzun ve gizli bir parola';
export type Imported = {
  id: string;
  status: string;
  resultId: string | null;
  problems: { where: string; code: string; message: string }[];
  report: { tables: Record<string, number>; warnings: { code: string }[] } | null;
};
type Rows = Record<string, Record<string, unknown>[]>;

/** What waits to be sent is dropped by an import: here it is beforehand. */
export async function dropWaiting(ctx: AppContext): Promise<void> {
  const idsOf = async (table: string) =>
    (await ctx.db.execute<{ id: string }>(sql`select id from ${sql.raw(table)} where status = 'queued'`)).map(
      ({ id }) => id,
    );
  const [singles, sms] = [await idsOf('messages'), await idsOf('sms_messages')];
  await inTransaction(ctx, async (ctx) => {
    await dropSingles(
      ctx,
      singles.map((id) => ({ id, reason: 'test' })),
    );
    await dropSms(ctx, sms, 'test');
  });
}

type StoredBytes = { sha256: string; key: string; found: string };

async function readStored(ctx: AppContext): Promise<StoredBytes[]> {
  const files = await ctx.db.execute<Omit<StoredBytes, 'found'>>(
    sql`select sha256, storage_key as key from stored_contents order by organization_id, sha256`,
  );
  const stored: StoredBytes[] = [];
  for (const { sha256, key } of files) {
    if (!(await ctx.storage.exists(key))) continue;
    const hash = createHash('sha256');
    for await (const chunk of await ctx.storage.read(key)) hash.update(chunk as Buffer);
    stored.push({ sha256, key, found: hash.digest('hex') });
  }
  return stored;
}

/** The bytes of files that a scene only pretends to have: their checksums are made up. */
export async function forgetPretended(ctx: AppContext): Promise<void> {
  for (const { sha256, key, found } of await readStored(ctx)) if (found !== sha256) await ctx.storage.delete(key);
}

/** The files whose bytes are there: what they should be, and what they are. */
export const bytesOf = async (ctx: AppContext) =>
  (await readStored(ctx)).map(({ sha256, found }) => ({ sha256, found }));

/** As after the first start: nobody but a platform admin, who has nothing yet. */
export async function emptyWorld({ ctx, call, acme, globex, admin }: World): Promise<Member> {
  await inTransaction(ctx, async (ctx) => {
    await ctx.db.execute(sql`select set_config('ulak.importing', 'on', true)`);
    for (const { organizationId, userId } of [acme, globex, admin]) {
      await removeOrganization(ctx, organizationId);
      await ctx.db.execute(sql`delete from organizations where id = ${organizationId}::uuid`);
      await ctx.db.execute(sql`delete from users where id = ${userId}::uuid`);
    }
  });
  return createMember(ctx, call, 'admin', { admin: true });
}

/** An archive, made as it is asked for. */
export async function exportNow({ ctx, admin }: World, body: object): Promise<Buffer> {
  const { id } = (await (await admin.call('POST', '/v1/admin/exports', body)).json()) as { id: string };
  await runExport(ctx, id);
  const content = await admin.call('GET', `/v1/admin/exports/${id}/content`);
  if (content.status !== 200) throw new Error(await content.text());
  const bytes = Buffer.from(await content.arrayBuffer());
  await admin.call('DELETE', `/v1/admin/exports/${id}`);
  return bytes;
}

/** Brings an archive and has it rehearsed. */
export async function bring(
  { ctx, admin }: World,
  bytes: Uint8Array,
  query: string,
  check?: object,
): Promise<Imported> {
  const answer = await admin.call('POST', `/v1/admin/imports?${query}`, bytes, { 'content-type': 'application/gzip' });
  if (answer.status !== 202) throw new Error(await answer.text());
  const { id } = (await answer.json()) as Imported;
  await runCheck(ctx, id);
  if (check) {
    const again = await admin.call('POST', `/v1/admin/imports/${id}/check`, check);
    if (again.status !== 202) throw new Error(await again.text());
    await runCheck(ctx, id);
  }
  return look(admin, id);
}

export const look = async (admin: World['admin'], id: string): Promise<Imported> =>
  (await (await admin.call('GET', `/v1/admin/imports/${id}`)).json()) as Imported;

export async function apply({ ctx, admin }: World, id: string, body: object = {}): Promise<number> {
  const answer = await admin.call('POST', `/v1/admin/imports/${id}/apply`, body);
  if (answer.status === 202) await runApply(ctx, id);
  return answer.status;
}

/** What comes otherwise than it went, and so is not compared: table, columns. */
const otherwise: Record<string, string[]> = {
  organizations: ['slug'],
  campaigns: ['status', 'status_reason', 'next_run_at'],
  instances: ['status', 'status_reason', 'evolution_server_id'],
  mails: ['once_key', 'status', 'status_reason'],
  appointment_reminder_sends: ['status', 'reason'],
  appointment_notices: ['status', 'reason'],
  sms_messages: ['provider_message_id'],
};

/** Every row that travels, in an order of its own; an organization's, or everybody's. */
export async function readAll(ctx: AppContext, organizationId: string | null): Promise<Rows> {
  const all: Rows = {};
  for (const { name, columns, key, hasOwner, travel } of travellingTables) {
    if (organizationId !== null && (!hasOwner || travel.in === 'platform')) continue;
    const named = [...new Set([...columns.map((column) => column.name), ...key])]
      .filter((column) => !otherwise[name]?.includes(column) && !(name === 'email_hits' && column === 'id'))
      .map((column) => `"${column}"`)
      .join(', ');
    const own = organizationId === null ? sql`true` : sql`organization_id = ${organizationId}::uuid`;
    all[name] = (
      await ctx.db.execute<{ row: Record<string, unknown> }>(
        sql`select to_jsonb(x) as row from (select ${sql.raw(named)} from ${sql.raw(`"${name}"`)} where ${own}) x order by to_jsonb(x)::text`,
      )
    ).map(({ row }) => row);
  }
  return all;
}
