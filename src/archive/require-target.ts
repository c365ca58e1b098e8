import { eq } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { organizations } from '#src/db/schema/accounts.ts';
import { invalid, notFound } from '#src/platform/problem.ts';
import type { ImportMode } from './import.ts';

/** Throws unless an organization is named where one is replaced, and only there; `not-found` for one that is not here. */
export async function requireTarget(ctx: OrgContext, mode: ImportMode, targetId: string | null): Promise<void> {
  if ((mode === 'replace') !== (targetId !== null))
    throw invalid('organizationId', {
      en: 'Name the organization that is replaced, and only then',
      tr: 'Yerine geçilecek firmayı belirtin, yalnızca bu durumda',
    });
  if (targetId !== null && (await ctx.db.$count(organizations, eq(organizations.id, targetId))) === 0) throw notFound();
}
