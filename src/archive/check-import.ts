import { and, eq, inArray, isNotNull } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { requireAdmin } from '#src/admin/require-admin.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { archiveImports } from '#src/db/schema/archive.ts';
import { Problem } from '#src/platform/problem.ts';
import type { Import, ImportMode } from './import.ts';
import { checkImportJob } from './jobs.ts';
import { getImport } from './queries.ts';
import { requireTarget } from './require-target.ts';

export type CheckRequest = {
  mode?: ImportMode | undefined;
  targetId?: string | null | undefined;
  passphrase?: string | undefined;
  emails?: Record<string, string> | undefined;
};

/** Has an import rehearsed again, another way perhaps. What is not told stays as it was. Throws `not-found`, `conflict`. */
export const checkImport = (ctx: OrgContext, id: string, request: CheckRequest): Promise<Import> =>
  inTransaction(ctx, async (ctx) => {
    requireAdmin(ctx);
    const before = await getImport(ctx, id);
    const mode = request.mode ?? before.mode;
    const targetId = request.targetId === undefined ? (mode === 'replace' ? before.targetId : null) : request.targetId;
    await requireTarget(ctx, mode, targetId);
    const { passphrase, emails } = request;
    const [row] = await ctx.db
      .update(archiveImports)
      .set({
        mode,
        targetId,
        ...(passphrase !== undefined && { passphraseSealed: ctx.secrets.seal(passphrase) }),
        ...(emails && { emails: lowerCase(emails) }),
        status: 'checking',
        statusReason: null,
        attempts: 0,
        problems: [],
        checkedAt: ctx.clock.now(),
      })
      .where(
        and(
          eq(archiveImports.id, id),
          inArray(archiveImports.status, ['checked', 'refused', 'failed']),
          isNotNull(archiveImports.storageKey),
        ),
      )
      .returning();
    if (!row) throw notNow(before);
    await ctx.jobs.send(checkImportJob, { importId: id });
    await recordActivity(ctx, {
      verb: 'archive.check-import',
      subjectType: 'import',
      subjectId: id,
      details: { mode, targetId, unlocked: row.passphraseSealed !== null },
    });
    return row;
  });

const lowerCase = (emails: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(emails).map(([from, to]) => [from.toLowerCase(), to.toLowerCase()]));

export const notNow = ({ status }: Pick<Import, 'status'>): Problem =>
  new Problem('conflict', {
    detail: { en: 'The state of the import does not allow it', tr: 'İçe aktarmanın durumu buna izin vermiyor' },
    members: { importStatus: status },
  });
