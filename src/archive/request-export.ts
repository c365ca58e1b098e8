import { and, eq, inArray } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { requireOwner } from '#src/accounts/require-owner.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { organizations } from '#src/db/schema/accounts.ts';
import { archiveExports } from '#src/db/schema/archive.ts';
import { newId } from '#src/platform/ids.ts';
import { notFound, Problem } from '#src/platform/problem.ts';
import { readSettings } from '#src/windows/queries.ts';
import { alreadyUnderWay, type Export, OPEN } from './export.ts';
import { makeExportJob } from './jobs.ts';

export type ExportRequest = {
  /** Whose rows; null: the whole platform. */
  subjectId: string | null;
  includeFiles: boolean;
  passphrase: string | null;
};

/**
 * Has an archive made by a job: of his own organization for its owner, of any or of everything for a platform admin. One at a time for an
 * organization that asks. Throws `forbidden`, `not-found`, `conflict`.
 */
export async function requestExport(ctx: OrgContext, request: ExportRequest): Promise<Export> {
  const { subjectId, includeFiles, passphrase } = request;
  if (subjectId === ctx.organizationId && !ctx.isAdmin) requireOwner(ctx);
  else if (!ctx.isAdmin) throw new Problem('forbidden');
  return inTransaction(ctx, async (ctx) => {
    const { organizationId, userId } = ctx;
    // the row is what two requests at once take turns at
    await ctx.db
      .select({ id: organizations.id })
      .from(organizations)
      .where(eq(organizations.id, organizationId))
      .for('no key update');
    if (subjectId !== null && (await ctx.db.$count(organizations, eq(organizations.id, subjectId))) === 0)
      throw notFound();
    const open = and(eq(archiveExports.organizationId, organizationId), inArray(archiveExports.status, [...OPEN]));
    if ((await ctx.db.$count(archiveExports, open)) > 0) throw alreadyUnderWay();
    const [asked] = await ctx.db
      .insert(archiveExports)
      .values({
        id: newId(),
        organizationId,
        userId,
        subjectId,
        language: (await readSettings(ctx)).locale,
        includeFiles,
        withSecrets: passphrase !== null,
        passphraseSealed: passphrase === null ? null : ctx.secrets.seal(passphrase),
        createdAt: ctx.clock.now(),
      })
      .returning();
    await ctx.jobs.send(makeExportJob, { exportId: asked!.id });
    await recordActivity(ctx, {
      verb: 'archive.request-export',
      subjectType: 'export',
      subjectId: asked!.id,
      details: { scope: subjectId ?? 'platform', includeFiles, withSecrets: passphrase !== null },
    });
    return asked!;
  });
}
