import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { eq, sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import type { Db } from '#src/db/client.ts';
import { readMigrationLevel } from '#src/db/migration-level.ts';
import { organizations } from '#src/db/schema/accounts.ts';
import { listFiles, readFiles, type StoredFiles } from './list-files.ts';
import { entryOf, FORMAT, MANIFEST, type Manifest, SECRETS, VERSION } from './manifest.ts';
import { countRows, readRows } from './read-rows.ts';
import { readSpooled, type Spooled, spool } from './spool.ts';
import { type TravellingTable, tablesOf } from './tables.ts';
import { type TarEntry, writeTar } from './tar.ts';
import { writeSecrets } from './write-secrets.ts';

export type ArchiveWish = {
  /** Null: the whole platform. */
  organizationId: string | null;
  includeFiles: boolean;
  /** Null: secrets are left out. */
  passphrase: string | null;
};
export type Progress = {
  doneTables: number;
  totalTables: number;
  doneRows: number;
  totalRows: number;
  doneBytes: number;
};
/** Told about every megabyte; throws to have it ended. */
export type OnProgress = (progress: Progress) => Promise<void>;
type Part = { table: TravellingTable; rows: number; spooled: Spooled };

/** Half an hour for one table, and as long between two batches as a slow disk may take. */
const TIMES = `set local statement_timeout = '30min'; set local idle_in_transaction_session_timeout = '5min';
  set local cursor_tuple_fraction = 1; set local timezone = 'UTC'; set local extra_float_digits = 1`;

/**
 * Writes an archive to this machine's disk: every row as it was at one instant, whatever is written meanwhile. Holds no lock that anybody
 * waits for, and about a megabyte at a time in memory. The caller keeps or discards what is answered.
 */
export async function writeArchive(ctx: AppContext, wish: ArchiveWish, onProgress: OnProgress): Promise<Spooled> {
  const held: Spooled[] = [];
  const keep = async (content: AsyncIterable<Uint8Array>) => {
    const spooled = await spool(ctx.storage, content);
    held.push(spooled);
    return spooled;
  };
  try {
    const read = await ctx.db.transaction(
      async (tx) => readSnapshot({ ...ctx, db: tx, transaction: true }, wish, keep, onProgress),
      { isolationLevel: 'repeatable read', accessMode: 'read only' },
    );
    const files = read.files && (await listFiles(ctx, read.files, keep));
    const manifest = manifestOf(ctx, read, files);
    const tar = Readable.from(writeTar(entriesOf(ctx, manifest, read, files)), { objectMode: false });
    const packed = tar.pipe(createGzip({ level: 6 }));
    tar.on('error', (error) => packed.destroy(error));
    return await spool(ctx.storage, packed);
  } finally {
    for (const { held: file } of held) await file.discard();
  }
}

type Snapshot = {
  migration: string;
  scope: Manifest['scope'];
  parts: Part[];
  secrets: Spooled | null;
  files: Spooled | null;
};
type Keep = (content: AsyncIterable<Uint8Array>) => Promise<Spooled>;

async function readSnapshot(
  ctx: AppContext,
  { organizationId, includeFiles, passphrase }: ArchiveWish,
  keep: Keep,
  onProgress: OnProgress,
): Promise<Snapshot> {
  await ctx.db.execute(sql.raw(TIMES));
  const scope = await readScope(ctx.db, organizationId);
  const wanted = tablesOf(scope.type);
  const progress: Progress = { doneTables: 0, totalTables: wanted.length, doneRows: 0, totalRows: 0, doneBytes: 0 };
  for (const table of wanted) progress.totalRows += await countRows(ctx.db, table, organizationId);
  await onProgress({ ...progress });
  const parts: Part[] = [];
  for (const table of wanted) {
    const before = progress.doneRows;
    const spooled = await keep(readLines(ctx.db, table, organizationId, progress, onProgress));
    parts.push({ table, rows: progress.doneRows - before, spooled });
    progress.doneTables++;
  }
  await onProgress({ ...progress });
  return {
    migration: await readMigrationLevel(ctx.db),
    scope,
    parts,
    secrets: passphrase === null ? null : await keep(await writeSecrets(ctx, scope.type, organizationId, passphrase)),
    files: includeFiles ? await keep(readFiles(ctx.db, organizationId)) : null,
  };
}

async function readScope(db: Db, organizationId: string | null): Promise<Manifest['scope']> {
  if (organizationId === null) return { type: 'platform' };
  const [row] = await db
    .select({ id: organizations.id, name: organizations.name })
    .from(organizations)
    .where(eq(organizations.id, organizationId));
  if (!row) throw new Error('the organization is gone');
  return { type: 'organization', ...row };
}

async function* readLines(
  db: Db,
  table: TravellingTable,
  organizationId: string | null,
  progress: Progress,
  onProgress: OnProgress,
): AsyncGenerator<Uint8Array> {
  for await (const lines of readRows(db, table, table.columns, organizationId)) {
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    progress.doneRows += lines.length;
    progress.doneBytes += bytes.length;
    yield bytes;
    await onProgress({ ...progress });
  }
}

const manifestOf = (ctx: AppContext, read: Snapshot, files: StoredFiles | null): Manifest => ({
  format: FORMAT,
  version: VERSION,
  migration: read.migration,
  createdAt: ctx.clock.now().toISOString(),
  publicUrl: ctx.publicUrl,
  scope: read.scope,
  tables: read.parts.map(({ table, rows, spooled: { bytes, sha256 } }) => ({
    name: table.name,
    columns: table.columns.map(({ name }) => name),
    rows,
    bytes,
    sha256,
  })),
  secrets: read.secrets && { bytes: read.secrets.bytes, sha256: read.secrets.sha256 },
  files: files && { count: files.count, bytes: files.bytes },
});

async function* entriesOf(
  ctx: AppContext,
  manifest: Manifest,
  { parts, secrets }: Snapshot,
  files: StoredFiles | null,
): AsyncGenerator<TarEntry> {
  const bytes = Buffer.from(JSON.stringify(manifest));
  yield { name: MANIFEST, size: bytes.length, content: Readable.from([bytes]) };
  for (const { table, spooled } of parts)
    yield { name: entryOf(table.name), size: spooled.bytes, content: readSpooled(spooled) };
  if (secrets) yield { name: SECRETS, size: secrets.bytes, content: readSpooled(secrets) };
  if (files) yield* files.entries(ctx);
}
