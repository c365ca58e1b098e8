import type { Readable } from 'node:stream';
import { and, eq, isNull } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import type { OrgContext } from '#src/context.ts';
import { getCustomer } from '#src/customers/queries.ts';
import { customerFiles } from '#src/db/schema/customer-files.ts';
import { customers } from '#src/db/schema/customers.ts';
import { newId } from '#src/platform/ids.ts';
import { notFound } from '#src/platform/problem.ts';
import { type CustomerFile, fileKindOf } from './customer-file.ts';
import { getCustomerFile } from './customer-file-queries.ts';
import { fileSearchText, MOST_TAGS, readTags, type Tags, tidyTags } from './file-tag.ts';
import { type HeldUpload, holdUpload } from './hold-upload.ts';
import { identifyFile } from './identify-file.ts';
import { keepFile } from './keep-file.ts';
import type { Media } from './media.ts';
import { readUpload } from './read-upload.ts';

/**
 * Puts the file of a multipart request into a customer's Files tab, whatever it is: known by its content, under a harmless name.
 * The same file again is the same entry, brought up to date. A refused or broken upload leaves nothing behind.
 */
export async function uploadCustomerFile(ctx: OrgContext, customerId: string, request: Request): Promise<CustomerFile> {
  await getCustomer(ctx, customerId);
  const given: string[] = [];
  const discard = ({ held }: HeldUpload) => held.discard();
  const { file, fileName } = await readUpload(request, {
    receive: (content: Readable) => holdUpload(ctx.storage, content, 'anything'),
    discard,
    takeField(name, value) {
      if (name !== 'tags') return 'unknown-field';
      given.push(value);
      return null;
    },
    mostFields: MOST_TAGS + 1,
  });
  const { organizationId, userId } = ctx;
  try {
    const tags = readTags(given);
    const { held, sizeBytes, sha256 } = file;
    const identity = await identifyFile(file, { name: fileName, voiceNote: false });
    const asked = { held, sizeBytes, sha256, organizationId, userId, voiceNote: false, inLibrary: false, ...identity };
    return await keepFile(ctx, asked, (ctx, row) => fileUpload(ctx, customerId, row, tags));
  } finally {
    await discard(file);
  }
}

async function fileUpload(ctx: OrgContext, customerId: string, row: Media, given: Tags): Promise<CustomerFile> {
  await lockCustomer(ctx, customerId);
  const { organizationId, userId } = ctx;
  const now = ctx.clock.now();
  const [filed] = await ctx.db
    .insert(customerFiles)
    .values({
      id: newId(),
      organizationId,
      customerId,
      mediaId: row.id,
      kind: fileKindOf(row),
      name: row.fileName,
      searchText: '',
      userId,
      filedAt: now,
      createdAt: now,
      updatedAt: now,
    })
    .onConflictDoUpdate({
      target: [customerFiles.customerId, customerFiles.mediaId],
      set: { userId, filedAt: now, updatedAt: now },
    })
    .returning();
  const { id, name } = filed!;
  const { tags, tagKeys } = tidyTags([...filed!.tags, ...given.tags]);
  const searchText = fileSearchText(name, tags);
  await ctx.db.update(customerFiles).set({ tags, tagKeys, searchText }).where(eq(customerFiles.id, id));
  const details = { customerId, name, sizeBytes: row.sizeBytes };
  await recordActivity(ctx, { verb: 'files.upload', subjectType: 'customer-file', subjectId: id, details });
  return getCustomerFile(ctx, customerId, id);
}

/** Against being erased meanwhile. */
async function lockCustomer(ctx: OrgContext, customerId: string): Promise<void> {
  const [living] = await ctx.db
    .select({ id: customers.id })
    .from(customers)
    .where(
      and(eq(customers.id, customerId), eq(customers.organizationId, ctx.organizationId), isNull(customers.deletedAt)),
    )
    .for('share');
  if (!living) throw notFound();
}
