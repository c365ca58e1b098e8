import { Buffer } from 'node:buffer';
import { gunzipSync } from 'node:zlib';
import { eq, sql } from 'drizzle-orm';
import { extract } from 'tar-stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportKey } from '#src/archive/export.ts';
import { purgeArchives } from '#src/archive/purge-archives.ts';
import { runExport } from '#src/archive/run-export.ts';
import { archiveExports } from '#src/db/schema/archive.ts';
import { mails } from '#src/db/schema/emails.ts';
import { createMember, type Member } from '#test/support/cast.ts';
import { createWorld, type World } from '#test/support/world.ts';

let world: World;
let consultant: Member;

beforeAll(async () => {
  world = await createWorld();
  const { ctx, call, acme } = world;
  consultant = await createMember(ctx, call, 'consultant');
  await ctx.db.execute(
    sql`update members set organization_id = ${acme.organizationId}, role = 'consultant' where user_id = ${consultant.userId}`,
  );
  await ctx.db.execute(
    sql`update user_settings set organization_id = ${acme.organizationId} where user_id = ${consultant.userId}`,
  );
  await acme.call('POST', '/v1/webhook-endpoints', { url: 'https://crm.example.com/hook', events: ['*'] });
});
afterAll(() => world[Symbol.asyncDispose]());

const json = async (answer: Promise<Response>) => (await answer).json() as Promise<Record<string, unknown>>;

/** The entries of an archive, as any tar reads them. */
async function unpack(bytes: Buffer): Promise<Map<string, Buffer>> {
  const entries = new Map<string, Buffer>();
  const tar = extract();
  tar.end(gunzipSync(bytes));
  for await (const entry of tar) {
    const parts: Buffer[] = [];
    for await (const part of entry) parts.push(part as Buffer);
    entries.set(entry.header.name, Buffer.concat(parts));
  }
  return entries;
}

test('202: an owner exports his organization: manifest, rows of nobody else, no secret; mail, live event, ranges', async () => {
  const { ctx, acme, globex, admin } = world;
  const asked = await acme.call('POST', '/v1/exports', {});
  expect(asked.status).toBe(202);
  const { id } = (await asked.json()) as { id: string };
  expect((await acme.call('POST', '/v1/exports', {})).status).toBe(409);
  expect((await acme.call('GET', `/v1/exports/${id}/content`)).status).toBe(409);
  await world.drain();
  const done = await json(acme.call('GET', `/v1/exports/${id}`));
  expect(done).toMatchObject({ status: 'completed', scope: acme.organizationId, progress: { percent: 100 } });
  const content = await acme.call('GET', `/v1/exports/${id}/content`);
  expect(Object.fromEntries(content.headers)).toMatchObject({
    'content-type': 'application/gzip',
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, no-store',
    'content-disposition': expect.stringContaining('attachment; filename="ulak-organization-2026-03-02.tar.gz"'),
  });
  const bytes = Buffer.from(await content.arrayBuffer());
  const part = await acme.call('GET', `/v1/exports/${id}/content`, undefined, { range: 'bytes=2-9' });
  expect([part.status, Buffer.from(await part.arrayBuffer())]).toEqual([206, bytes.subarray(2, 10)]);
  const entries = await unpack(bytes);
  const manifest = JSON.parse(entries.get('manifest.json')!.toString());
  expect(manifest).toMatchObject({ format: 'ulak-archive', version: 1, secrets: null, files: null });
  expect([...entries.keys()][0]).toBe('manifest.json');
  const customers = entries.get('tables/customers.ndjson')!.toString().trim().split('\n');
  expect(customers.length).toBe(manifest.tables.find(({ name }: { name: string }) => name === 'customers').rows);
  const text = [...entries.values()].join('\n');
  const [secrets] = await ctx.db.execute<{ all: string[] }>(sql`
    select array(select password from credentials union select token from sessions union select secret_sealed from webhook_endpoints) as all`);
  for (const secret of [...secrets!.all, globex.organizationId, globex.userId, admin.userId])
    expect(text).not.toContain(secret);
  // who else may not
  for (const stranger of [globex, admin]) expect((await stranger.call('GET', `/v1/exports/${id}`)).status).toBe(404);
  for (const [method, path] of [
    ['POST', '/v1/exports'],
    ['GET', '/v1/exports'],
    ['GET', `/v1/exports/${id}/content`],
  ] as const)
    expect((await consultant.call(method, path, method === 'POST' ? {} : undefined)).status, path).toBe(403);
  expect((await acme.call('POST', '/v1/admin/exports', { scope: 'platform' })).status).toBe(403);
  expect(await json(acme.call('GET', '/v1/exports?status=completed'))).toMatchObject({ data: [{ id }] });
  expect(await json(admin.call('GET', '/v1/admin/exports'))).toMatchObject({ data: [{ id }] });
  expect(await json(admin.call('GET', `/v1/admin/exports/${id}`))).toMatchObject({ id, status: 'completed' });
  expect(await json(admin.call('GET', '/v1/admin/imports'))).toEqual({ data: [], nextCursor: null });
  expect((await admin.call('GET', `/v1/admin/exports/${id}/content`)).status).toBe(200);
  const [mail] = await ctx.db.select().from(mails).where(eq(mails.kind, 'export-ready'));
  expect(mail).toMatchObject({ address: expect.stringContaining('acme'), language: 'tr', status: 'sent' });
  const events = await ctx.db.execute<{ data: object }>(
    sql`select data from live_events where type = 'export.progress' order by id`,
  );
  expect(events.at(-1)!.data).toMatchObject({ exportId: id, status: 'completed', percent: 100 });
  const activities = await json(acme.call('GET', '/v1/activities?limit=5'));
  expect(JSON.stringify(activities)).toContain('archive.request-export');
  expect((await acme.call('DELETE', `/v1/exports/${id}`)).status).toBe(200);
  expect((await acme.call('DELETE', `/v1/exports/${id}`)).status).toBe(409);
  expect(await ctx.storage.exists(exportKey(id))).toBe(false);
});
test('a killed maker leaves no litter: the next try makes it whole, the third is the last; what is cancelled or expired goes', async () => {
  const { ctx, admin } = world;
  const ask = async () =>
    (await json(admin.call('POST', '/v1/admin/exports', { scope: 'platform', passphrase: 'uzun bir parola' })))[
      'id'
    ] as string;
  const rowOf = async (id: string) => (await ctx.db.select().from(archiveExports).where(eq(archiveExports.id, id)))[0]!;
  const id = await ask();
  const storage = { ...ctx.storage, hold: () => Promise.reject(new Error('the disk is full')) };
  for (let attempt = 1; attempt <= 3; attempt++) {
    expect((await rowOf(id)).passphraseSealed).not.toBeNull();
    await expect(runExport({ ...ctx, storage }, id)).rejects.toThrow('full');
  }
  expect(await rowOf(id)).toMatchObject({
    status: 'failed',
    statusReason: 'could-not-be-made',
    passphraseSealed: null,
  });
  await runExport(ctx, id);
  expect((await rowOf(id)).status).toBe('failed');
  const cancelled = await ask();
  const cancelling = {
    ...ctx.storage,
    hold: async (content: never) => {
      const held = await ctx.storage.hold(content);
      await ctx.db.update(archiveExports).set({ status: 'cancelled' }).where(eq(archiveExports.id, cancelled));
      return held;
    },
  };
  await runExport({ ...ctx, storage: cancelling }, cancelled);
  expect(await rowOf(cancelled)).toMatchObject({ status: 'cancelled', storageKey: null });
  const kept = await ask();
  await runExport(ctx, kept);
  expect(await rowOf(kept)).toMatchObject({ status: 'completed', passphraseSealed: null });
  world.clock.advance({ days: 4 });
  await purgeArchives(ctx);
  expect(await rowOf(kept)).toMatchObject({ status: 'expired', storageKey: null });
  expect(await ctx.storage.exists(exportKey(kept))).toBe(false);
  expect(await ctx.storage.sweepHeld(new Date(Date.now() + 1000))).toBe(0);
  expect((await admin.call('GET', `/v1/admin/exports/${kept}/content`)).status).toBe(404);
});
