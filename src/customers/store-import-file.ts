import { Readable, Transform } from 'node:stream';
import type { OrgContext } from '#src/context.ts';
import type { customerImports } from '#src/db/schema/customer-imports.ts';
import { newId } from '#src/platform/ids.ts';
import { invalid } from '#src/platform/problem.ts';
import { tooLarge } from '#src/platform/read-request.ts';
import { keptDays } from '#src/settings/kept-since.ts';
import { requireFeature } from '#src/settings/require-feature.ts';

export const IMPORT_LIMIT_BYTES = 50 * 1024 * 1024;

export type StoredImport = Pick<
  typeof customerImports.$inferInsert,
  'id' | 'organizationId' | 'userId' | 'storageKey' | 'sizeBytes' | 'fileName' | 'createdAt' | 'expiresAt'
> & { id: string; sizeBytes: number };

type Upload = { body: ReadableStream<Uint8Array> | null; fileName: string | undefined };

const DAY_MS = 86_400_000;

/**
 * Keeps the file for `keep`, which writes the import down; if it throws, nothing is kept. Throws `too-large` over 50 MB, whatever was
 * declared, and 400 for an empty file.
 */
export async function storeImportFile<T>(
  ctx: OrgContext,
  { body, fileName }: Upload,
  keep: (stored: StoredImport) => Promise<T>,
): Promise<T> {
  await requireFeature(ctx, 'imports');
  const id = newId();
  const { organizationId, userId } = ctx;
  const storageKey = `imports/${organizationId}/${id}`;
  if (!body) throw emptyFile();
  const meter = createMeter();
  await ctx.storage.write(storageKey, Readable.fromWeb(body as never).compose(meter.stream));
  try {
    const sizeBytes = meter.bytes();
    if (sizeBytes === 0) throw emptyFile();
    const createdAt = ctx.clock.now();
    const expiresAt = new Date(createdAt.getTime() + (await keptDays(ctx, 'importsDays')) * DAY_MS);
    return await keep({
      id,
      organizationId,
      userId,
      storageKey,
      sizeBytes,
      fileName: fileName ?? null,
      createdAt,
      expiresAt,
    });
  } catch (error) {
    await ctx.storage.delete(storageKey);
    throw error;
  }
}

const emptyFile = () => invalid('body', { en: 'The file is empty', tr: 'Dosya boş' });

/** Counts the bytes that pass and stops them at the limit. */
function createMeter(): { stream: Transform; bytes(): number } {
  let bytes = 0;
  const stream = new Transform({
    transform(chunk: Uint8Array, _, done) {
      bytes += chunk.length;
      if (bytes > IMPORT_LIMIT_BYTES) done(tooLarge(IMPORT_LIMIT_BYTES));
      else done(null, chunk);
    },
  });
  return { stream, bytes: () => bytes };
}
