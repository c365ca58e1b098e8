import { Readable } from 'node:stream';
import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { newId } from '#src/platform/ids.ts';
import { ArchiveFault } from './archive-fault.ts';
import { type Loading, remappingFor } from './load-archive.ts';
import type { Manifest } from './manifest.ts';
import { readArchive } from './read-archive.ts';
import { readLines } from './read-lines.ts';
import { readSpooled, type Spooled, spool } from './spool.ts';

/** Where the bytes of an archive's files are by now, as lines on this machine's disk. */
export type StoredFiles = { lines: Spooled; discard(): Promise<void>; withdraw(): Promise<void> };
type Stored = { owner: string; sha256: string; key: string };

/** Puts the bytes of an archive's files in their places, before any row speaks of them. What is withdrawn is deleted again. */
export async function storeFiles(ctx: AppContext, archive: Spooled, loading: Loading): Promise<StoredFiles> {
  let manifest: Manifest | undefined;
  const drop = async (content: AsyncIterable<Uint8Array>) => {
    for await (const _ of content);
  };
  const keys: Stored[] = [];
  const withdraw = async () => {
    for (const { key } of keys)
      await ctx.storage.delete(key).catch((err: unknown) => ctx.log.warn({ err, key }, 'bytes left to the sweep'));
  };
  try {
    await readArchive(
      readSpooled(archive),
      { unpackedBytes: ctx.config.archives.unpackedLimitBytes },
      {
        manifest: (found) => {
          manifest = found;
        },
        rows: async () => {},
        secrets: drop,
        file: async (organizationId, sha256, content) => {
          const { ids } = remappingFor(ctx, loading, manifest!, new Map());
          const owner = ids(organizationId);
          const key = `media/${owner}/${newId()}`;
          await ctx.storage.write(key, Readable.from(content, { objectMode: false }));
          keys.push({ owner, sha256, key });
        },
      },
    );
  } catch (error) {
    await withdraw();
    throw error;
  }
  const lines = await spool(
    ctx.storage,
    keys.map((one) => Buffer.from(`${JSON.stringify(one)}\n`)),
  );
  return { lines, discard: () => lines.held.discard(), withdraw };
}

/**
 * Tells the rows where their bytes are, in the transaction that put them in: those that came along, or those that are here because the same
 * organization had them before it was replaced. Throws for bytes that no row speaks of.
 */
export async function linkFiles(
  ctx: AppContext,
  files: StoredFiles | null,
  organizationId: string | null,
): Promise<void> {
  const { db } = ctx;
  const own = (table: string) =>
    organizationId === null ? sql`true` : sql`${sql.raw(table)}.organization_id = ${organizationId}::uuid`;
  await db.execute(sql`create temporary table if not exists kept_contents (like stored_contents) on commit drop`);
  await db.execute(sql`
    update stored_contents s set storage_key = k.storage_key, thumbnail_key = k.thumbnail_key from kept_contents k
    where ${own('s')} and k.organization_id = s.organization_id and k.sha256 = s.sha256`);
  if (files)
    for await (const batch of inBatches(files.lines)) {
      const linked = await db.execute(sql`
        update stored_contents s set storage_key = f.key, thumbnail_key = null
        from jsonb_to_recordset(${JSON.stringify(batch)}::jsonb) as f(owner uuid, sha256 text, key text)
        where s.organization_id = f.owner and s.sha256 = f.sha256`);
      if (linked.count !== batch.length) throw new ArchiveFault('unexpected-entry', 'files');
    }
  await db.execute(sql`
    update media m set storage_key = s.storage_key from stored_contents s
    where ${own('m')} and s.organization_id = m.organization_id and s.sha256 = m.sha256`);
  await db.execute(sql`
    insert into discarded_contents (storage_key, organization_id, created_at)
    select gone.key, k.organization_id, ${ctx.clock.now().toISOString()}::timestamptz
    from kept_contents k cross join lateral (values (k.storage_key), (k.thumbnail_key)) as gone (key)
    where gone.key is not null and not exists (select from stored_contents s where gone.key in (s.storage_key, s.thumbnail_key))
    on conflict do nothing`);
}

async function* inBatches(lines: Spooled): AsyncGenerator<Stored[]> {
  let batch: Stored[] = [];
  for await (const line of readLines(readSpooled(lines), 'files')) {
    batch.push(JSON.parse(Buffer.from(line).toString()) as Stored);
    if (batch.length < 500) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
