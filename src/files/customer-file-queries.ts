import { and, arrayContains, desc, eq, inArray, isNull, like, type SQL, sql } from 'drizzle-orm';
import { type OrgContext, outsideBelt } from '#src/context.ts';
import { likePattern } from '#src/customers/customer.ts';
import { foldText } from '#src/customers/fold-text.ts';
import { customerFiles } from '#src/db/schema/customer-files.ts';
import { customers } from '#src/db/schema/customers.ts';
import { media } from '#src/db/schema/files.ts';
import { decodeCursor, isUuid, type Page, toPage } from '#src/platform/cursor.ts';
import { notFound } from '#src/platform/problem.ts';
import type { CustomerFile, FileKind } from './customer-file.ts';
import { tagKey } from './file-tag.ts';

export type FileFilter = {
  customerId?: string | undefined;
  search?: string | undefined;
  tag?: string | undefined;
  kind?: FileKind | undefined;
};
type PageInput = { limit: number; cursor?: string | undefined };

const customerName = sql<string>`concat_ws(' ', ${customers.firstName}, ${customers.lastName})`;

/** The organization's files of customers, or one customer's: the newest put there, sent or received first. */
export async function listCustomerFiles(
  ctx: OrgContext,
  { limit, cursor, ...filter }: PageInput & FileFilter,
): Promise<Page<CustomerFile>> {
  const wanted = and(conditions(ctx, filter), after(cursor));
  const isSearched = filter.search !== undefined || filter.tag !== undefined;
  const rows = await ctx.db
    .select({ file: customerFiles, media, customerName })
    .from(customerFiles)
    .innerJoin(media, eq(media.id, customerFiles.mediaId))
    .innerJoin(customers, eq(customers.id, customerFiles.customerId))
    .where(isSearched ? inArray(customerFiles.id, await searchFiles(ctx, wanted, limit + 1)) : wanted)
    .orderBy(desc(customerFiles.filedAt), desc(customerFiles.id))
    .limit(limit + 1);
  return toPage(rows.map(toFile), limit, (file) => [file.filedAt.toISOString(), file.id]);
}

/** Round the belt, under which trigrams and tags have no index; what is found is read under it. */
async function searchFiles(ctx: OrgContext, wanted: SQL | undefined, limit: number): Promise<string[]> {
  const found = await outsideBelt(ctx)
    .db.select({ id: customerFiles.id })
    .from(customerFiles)
    .innerJoin(customers, eq(customers.id, customerFiles.customerId))
    .where(wanted)
    .orderBy(desc(customerFiles.filedAt), desc(customerFiles.id))
    .limit(limit);
  return found.map(({ id }) => id);
}

function conditions(ctx: OrgContext, { customerId, search, tag, kind }: FileFilter): SQL | undefined {
  const words = search === undefined ? [] : [...new Set(foldText(search).split(' ').filter(Boolean))];
  return and(
    eq(customerFiles.organizationId, ctx.organizationId),
    isNull(customers.deletedAt),
    customerId === undefined ? undefined : eq(customerFiles.customerId, customerId),
    kind === undefined ? undefined : eq(customerFiles.kind, kind),
    tag === undefined ? undefined : arrayContains(customerFiles.tagKeys, [tagKey(tag)]),
    ...words.map((word) => like(customerFiles.searchText, likePattern(word))),
  );
}

function after(cursor: string | undefined): SQL | undefined {
  if (cursor === undefined) return undefined;
  const [filedAt, id] = decodeCursor(cursor, [isInstant, isUuid]);
  return sql`(${customerFiles.filedAt}, ${customerFiles.id}) < (${filedAt}::timestamptz, ${id}::uuid)`;
}

const isInstant = (member: unknown): boolean =>
  typeof member === 'string' &&
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(member) &&
  !Number.isNaN(Date.parse(member));

/** Throws `not-found`. */
export async function getCustomerFile(ctx: OrgContext, customerId: string, fileId: string): Promise<CustomerFile> {
  const [row] = await ctx.db
    .select({ file: customerFiles, media, customerName })
    .from(customerFiles)
    .innerJoin(media, eq(media.id, customerFiles.mediaId))
    .innerJoin(customers, eq(customers.id, customerFiles.customerId))
    .where(and(conditions(ctx, { customerId }), eq(customerFiles.id, fileId)));
  if (!row) throw notFound();
  return toFile(row);
}

type Row = { file: typeof customerFiles.$inferSelect; media: typeof media.$inferSelect; customerName: string };

const toFile = ({ file, ...more }: Row): CustomerFile => ({ ...file, ...more });

/** Marks a cursor of the list of tags: any text could be one. */
const TAGS = 'file-tag';

export type TagCount = { key: string; tag: string; count: number };

/** How many files have each tag, in the order of the alphabet; a tag that is spelt in several ways counts as the commonest. */
export async function listFileTags(ctx: OrgContext, { limit, cursor }: PageInput): Promise<Page<TagCount>> {
  const isText = (member: unknown) => typeof member === 'string';
  const [, from] = cursor === undefined ? [TAGS, ''] : decodeCursor(cursor, [(member) => member === TAGS, isText]);
  const rows = await ctx.db.execute<TagCount>(sql`
    with sets as (
      select tag_keys, tags, count(*) as files from customer_files where organization_id = ${ctx.organizationId}::uuid group by tag_keys, tags
    ), spelt as (
      select key, tag, sum(files) as files from sets, unnest(tag_keys, tags) as t(key, tag) where key > ${String(from)} group by key, tag
    )
    select key, (array_agg(tag order by files desc, tag))[1] as tag, sum(files)::int as count from spelt
    group by key order by key limit ${limit + 1}`);
  return toPage(rows, limit, (row) => [TAGS, row.key]);
}
