import { and, desc, eq, lt } from 'drizzle-orm';
import { requireOwner } from '#src/accounts/require-owner.ts';
import { requireAdmin } from '#src/admin/require-admin.ts';
import type { OrgContext } from '#src/context.ts';
import { archiveExports, archiveImports, type exportStatuses } from '#src/db/schema/archive.ts';
import { decodeIdCursor, type Page, toPage } from '#src/platform/cursor.ts';
import { notFound } from '#src/platform/problem.ts';
import type { Export } from './export.ts';
import type { Import } from './import.ts';

/** `owner`: of the organization whose rows they are; `admin`: of the platform, who sees what everybody asked for. */
export type Viewer = 'owner' | 'admin';

type Filter = { limit: number; cursor?: string | undefined; status?: (typeof exportStatuses)[number] | undefined };

function visible(ctx: OrgContext, as: Viewer) {
  if (as === 'admin') {
    requireAdmin(ctx);
    return undefined;
  }
  requireOwner(ctx);
  // what a platform admin made of everything is nothing for his organization
  const { organizationId } = ctx;
  return and(eq(archiveExports.organizationId, organizationId), eq(archiveExports.subjectId, organizationId));
}

/** Throws `not-found`. */
export async function getExport(ctx: OrgContext, id: string, as: Viewer): Promise<Export> {
  const [row] = await ctx.db
    .select()
    .from(archiveExports)
    .where(and(eq(archiveExports.id, id), visible(ctx, as)));
  if (!row) throw notFound();
  return row;
}

/** Newest first. */
export async function listExports(
  ctx: OrgContext,
  { limit, cursor, status }: Filter,
  as: Viewer,
): Promise<Page<Export>> {
  const rows = await ctx.db
    .select()
    .from(archiveExports)
    .where(
      and(
        visible(ctx, as),
        status && eq(archiveExports.status, status),
        cursor ? lt(archiveExports.id, decodeIdCursor(cursor)) : undefined,
      ),
    )
    .orderBy(desc(archiveExports.id))
    .limit(limit + 1);
  return toPage(rows, limit, ({ id }) => [id]);
}

/** Throws `not-found`. */
export async function getImport(ctx: Pick<OrgContext, 'db'>, id: string): Promise<Import> {
  const [row] = await ctx.db.select().from(archiveImports).where(eq(archiveImports.id, id));
  if (!row) throw notFound();
  return row;
}

/** Newest first. */
export async function listImports(
  ctx: OrgContext,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<Import>> {
  const rows = await ctx.db
    .select()
    .from(archiveImports)
    .where(cursor ? lt(archiveImports.id, decodeIdCursor(cursor)) : undefined)
    .orderBy(desc(archiveImports.id))
    .limit(limit + 1);
  return toPage(rows, limit, ({ id }) => [id]);
}
