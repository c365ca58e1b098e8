import { and, asc, desc, eq, gt, lt } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { customerImportRejects, customerImports } from '#src/db/schema/customer-imports.ts';
import { decodeIdCursor, type Page, toPage } from '#src/platform/cursor.ts';
import { notFound } from '#src/platform/problem.ts';

export type ImportRecord = typeof customerImports.$inferSelect;
export type RejectedRow = typeof customerImportRejects.$inferSelect;

/** Throws `not-found` for another organization's. */
export async function getImport(ctx: OrgContext, id: string): Promise<ImportRecord> {
  const [row] = await ctx.db
    .select()
    .from(customerImports)
    .where(and(eq(customerImports.id, id), eq(customerImports.organizationId, ctx.organizationId)));
  if (!row) throw notFound();
  return row;
}

/** Newest first. */
export async function listImports(
  ctx: OrgContext,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<ImportRecord>> {
  const rows = await ctx.db
    .select()
    .from(customerImports)
    .where(
      and(
        eq(customerImports.organizationId, ctx.organizationId),
        cursor === undefined ? undefined : lt(customerImports.id, decodeIdCursor(cursor)),
      ),
    )
    .orderBy(desc(customerImports.id))
    .limit(limit + 1);
  return toPage(rows, limit, (row) => [row.id]);
}

/** The next rejected rows after that one, in the order of the file. */
export const readRejects = (ctx: OrgContext, importId: string, after: number, limit: number): Promise<RejectedRow[]> =>
  ctx.db
    .select()
    .from(customerImportRejects)
    .where(
      and(
        eq(customerImportRejects.importId, importId),
        eq(customerImportRejects.organizationId, ctx.organizationId),
        gt(customerImportRejects.row, after),
      ),
    )
    .orderBy(asc(customerImportRejects.row))
    .limit(limit);
