import type { OrgContext } from '#src/context.ts';
import { answerContent } from '#src/files/answer-content.ts';
import { notFound, Problem } from '#src/platform/problem.ts';
import { fileNameOf } from './export.ts';
import { getExport, type Viewer } from './queries.ts';

export const GZIP = 'application/gzip' as const;

/** An archive's bytes: whole, a range, or 304. Throws `conflict` while there are none, `not-found` once they have expired. */
export async function answerArchive(ctx: OrgContext, id: string, as: Viewer, request: Request): Promise<Response> {
  const row = await getExport(ctx, id, as);
  const { status, statusReason, storageKey, sizeBytes, sha256, expiresAt } = row;
  if (status === 'expired' || (expiresAt !== null && expiresAt <= ctx.clock.now())) throw notFound();
  if (storageKey === null || sizeBytes === null || sha256 === null)
    throw new Problem('conflict', {
      detail: { en: 'There is no archive to fetch', tr: 'İndirilecek bir arşiv yok' },
      members: { exportStatus: status, statusReason },
    });
  const answer = await answerContent(
    ctx,
    {
      id: row.id,
      organizationId: row.organizationId,
      userId: row.userId,
      kind: 'document',
      mimeType: GZIP,
      sizeBytes,
      sha256,
      fileName: fileNameOf(row, ctx.language),
      voiceNote: false,
      durationSeconds: null,
      storageKey,
      inLibrary: false,
      createdAt: row.createdAt,
    },
    request,
  );
  // it is everything that somebody has: no cache keeps it
  answer.headers.set('Cache-Control', 'private, no-store');
  return answer;
}
