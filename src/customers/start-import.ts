import { and, eq } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { customerImports } from '#src/db/schema/customer-imports.ts';
import { groups } from '#src/db/schema/groups.ts';
import { invalid } from '#src/platform/problem.ts';
import { importCustomersJob } from './jobs.ts';
import { storeImportFile } from './store-import-file.ts';

type Upload = {
  body: ReadableStream<Uint8Array> | null;
  dryRun: boolean;
  groupId?: string | undefined;
  fileName?: string | undefined;
};

/** Keeps the file and queues its import, by the names of its columns. Gives the import's id. Throws `too-large` over 50 MB, whatever was declared. */
export async function startImport(ctx: OrgContext, { body, dryRun, groupId, fileName }: Upload): Promise<string> {
  if (groupId !== undefined) await requireImportGroup(ctx, groupId);
  return storeImportFile(ctx, { body, fileName }, (stored) =>
    inTransaction(ctx, async (ctx) => {
      const { id, organizationId } = stored;
      await ctx.db.insert(customerImports).values({ ...stored, dryRun, groupId: groupId ?? null });
      await ctx.jobs.send(importCustomersJob, { organizationId, importId: id });
      await recordActivity(ctx, {
        verb: 'customers.import',
        subjectType: 'import',
        subjectId: id,
        details: { dryRun },
      });
      return id;
    }),
  );
}

/** Throws `invalid-request` unless the group is the organization's. */
export async function requireImportGroup(ctx: OrgContext, groupId: string): Promise<void> {
  const [group] = await ctx.db
    .select({ id: groups.id })
    .from(groups)
    .where(and(eq(groups.id, groupId), eq(groups.organizationId, ctx.organizationId)));
  if (!group) throw invalid('groupId', { en: 'No such group', tr: 'Böyle bir grup yok' });
}
