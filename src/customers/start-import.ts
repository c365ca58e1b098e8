import { Readable, Transform } from 'node:stream';
import { and, eq } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { customerImports, groups } from '#src/db/schema/customers.ts';
import { newId } from '#src/platform/ids.ts';
import { invalid } from '#src/platform/problem.ts';
import { tooLarge } from '#src/platform/read-request.ts';
import { importCustomersJob } from './jobs.ts';

export const IMPORT_LIMIT_BYTES = 50 * 1024 * 1024;

type Upload = { body: ReadableStream<Uint8Array> | null; dryRun: boolean; groupId?: string | undefined };

/** Keeps the file and queues its import. Gives the import's id. Throws `too-large` over 50 MB, whatever was declared. */
export async function startImport(ctx: OrgContext, { body, dryRun, groupId }: Upload): Promise<string> {
  if (groupId !== undefined) await requireGroup(ctx, groupId);
  const id = newId();
  const storageKey = `imports/${ctx.organizationId}/${id}`;
  if (!body) throw emptyFile();
  const meter = createMeter();
  await ctx.storage.write(storageKey, Readable.fromWeb(body as never).compose(meter.stream));
  try {
    if (meter.bytes() === 0) throw emptyFile();
    await inTransaction(ctx, async (ctx) => {
      const { organizationId, userId } = ctx;
      const createdAt = ctx.clock.now();
      await ctx.db
        .insert(customerImports)
        .values({ id, organizationId, userId, dryRun, storageKey, groupId: groupId ?? null, createdAt });
      await ctx.jobs.send(importCustomersJob, { organizationId, importId: id });
      await recordActivity(ctx, {
        verb: 'customers.import',
        subjectType: 'import',
        subjectId: id,
        details: { dryRun },
      });
    });
  } catch (error) {
    await ctx.storage.delete(storageKey);
    throw error;
  }
  return id;
}

async function requireGroup(ctx: OrgContext, groupId: string): Promise<void> {
  const [group] = await ctx.db
    .select({ id: groups.id })
    .from(groups)
    .where(and(eq(groups.id, groupId), eq(groups.organizationId, ctx.organizationId)));
  if (!group) throw invalid('groupId', { en: 'No such group', tr: 'Böyle bir grup yok' });
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
