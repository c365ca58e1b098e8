import { and, eq } from 'drizzle-orm';
import { changesOf } from '#src/accounts/changes-of.ts';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { customerFiles } from '#src/db/schema/customer-files.ts';
import { notFound } from '#src/platform/problem.ts';
import type { CustomerFile } from './customer-file.ts';
import { getCustomerFile } from './customer-file-queries.ts';
import { extensionOf, nameFile } from './file-name.ts';
import { fileSearchText, readTags } from './file-tag.ts';

export type FileChanges = { name?: string | undefined; tags?: string[] | undefined };

/** Renames a file of a customer or gives it other tags. Its ending stays what the content deserves. Throws `not-found`. */
export const updateCustomerFile = (
  ctx: OrgContext,
  customerId: string,
  fileId: string,
  changes: FileChanges,
): Promise<CustomerFile> =>
  inTransaction(ctx, async (ctx) => {
    const row = await lockFile(ctx, customerId, fileId);
    const name = changes.name === undefined ? row.name : renamed(row.name, changes.name);
    const { tags, tagKeys } = changes.tags === undefined ? row : readTags(changes.tags);
    const searchText = fileSearchText(name, tags);
    await ctx.db
      .update(customerFiles)
      .set({ name, tags, tagKeys, searchText, updatedAt: ctx.clock.now() })
      .where(eq(customerFiles.id, fileId));
    await recordActivity(ctx, {
      verb: 'files.update',
      subjectType: 'customer-file',
      subjectId: fileId,
      details: { customerId },
      changes: changesOf(row, { name, tags }, ['name', 'tags']),
    });
    return getCustomerFile(ctx, customerId, fileId);
  });

async function lockFile(ctx: OrgContext, customerId: string, fileId: string) {
  const { organizationId } = ctx;
  const [row] = await ctx.db
    .select()
    .from(customerFiles)
    .where(
      and(
        eq(customerFiles.id, fileId),
        eq(customerFiles.customerId, customerId),
        eq(customerFiles.organizationId, organizationId),
      ),
    )
    .for('no key update');
  if (!row) throw notFound();
  return row;
}

const renamed = (before: string, name: string): string =>
  nameFile(name, { mimeType: '', kind: 'document', extension: extensionOf(before) }, 'document');
