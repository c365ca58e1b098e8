import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import type { Db } from '#src/db/client.ts';
import { fileEntryOf } from './manifest.ts';
import { readLines } from './read-lines.ts';
import { readSpooled, type Spooled } from './spool.ts';
import type { TarEntry } from './tar.ts';

type StoredFile = { owner: string; sha256: string; key: string; size: number };
export type StoredFiles = { count: number; bytes: number; entries(ctx: AppContext): AsyncGenerator<TarEntry> };

const BATCH = 500;

/** Which stored bytes belong to the rows of a snapshot, each organization's once, as lines. @param organizationId null: everybody's. */
export async function* readFiles(db: Pick<Db, 'execute'>, organizationId: string | null): AsyncGenerator<Uint8Array> {
  const own = organizationId === null ? sql`true` : sql`s.organization_id = ${organizationId}::uuid`;
  for (let after = { owner: '00000000-0000-0000-0000-000000000000', sha256: '' }; ; ) {
    const batch = await db.execute<{ owner: string; sha256: string; key: string; size: string }>(sql`
      select s.organization_id as owner, s.sha256, s.storage_key as key,
        (select m.size_bytes from media m where m.organization_id = s.organization_id and m.sha256 = s.sha256 limit 1) as size
      from stored_contents s
      where ${own} and (s.organization_id, s.sha256) > (${after.owner}::uuid, ${after.sha256})
        and exists (select from media m where m.organization_id = s.organization_id and m.sha256 = s.sha256)
      order by s.organization_id, s.sha256 limit ${BATCH}`);
    for (const { owner, sha256, key, size } of batch)
      yield Buffer.from(`${JSON.stringify({ owner, sha256, key, size: Number(size) })}\n`);
    if (batch.length < BATCH) return;
    after = batch.at(-1)!;
  }
}

/** Leaves out what is listed but not there: a file whose bytes were lost has none to give. */
export async function listFiles(
  ctx: AppContext,
  listed: Spooled,
  keep: (content: AsyncIterable<Uint8Array>) => Promise<Spooled>,
): Promise<StoredFiles> {
  let [count, bytes] = [0, 0];
  const there = await keep(
    (async function* () {
      for await (const file of filesIn(listed)) {
        if (!(await ctx.storage.exists(file.key))) {
          ctx.log.warn({ key: file.key }, 'a file is left out of the archive: its bytes are not there');
          continue;
        }
        count++;
        bytes += file.size;
        yield Buffer.from(`${JSON.stringify(file)}\n`);
      }
    })(),
  );
  return {
    count,
    bytes,
    async *entries({ storage }) {
      for await (const { owner, sha256, key, size } of filesIn(there))
        yield { name: fileEntryOf(owner, sha256), size, content: await storage.read(key) };
    },
  };
}

async function* filesIn(listed: Spooled): AsyncGenerator<StoredFile> {
  for await (const line of readLines(readSpooled(listed), 'files'))
    yield JSON.parse(Buffer.from(line).toString()) as StoredFile;
}
