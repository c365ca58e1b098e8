import { findCorrespondent } from '#src/accounts/find-correspondent.ts';
import type { OrgContext } from '#src/context.ts';
import { queueMail } from '#src/mails/queue-mail.ts';
import { sayMonth } from '#src/platform/time.ts';
import { readGround } from './read-ground.ts';
import { fileNameOf, mimeTypes, type Report } from './report.ts';
import { sayIn } from './report-words.ts';

/** Sends a scheduled report to whom it was made for, in his language, its file attached. In the transaction that settles it. */
export async function mailReport(ctx: OrgContext, report: Report): Promise<void> {
  const { kind, format, language, scheduledMonth, storageKey } = report;
  const reader = await findCorrespondent(ctx, { userId: report.userId });
  if (!reader || reader.organizationId !== ctx.organizationId || storageKey === null || scheduledMonth === null) return;
  const { organization } = await readGround(ctx);
  const month = new Date(`${scheduledMonth}-01T00:00:00Z`);
  await queueMail(ctx, {
    kind: 'report-ready',
    organizationId: ctx.organizationId,
    language,
    address: reader.email,
    data: {
      name: reader.name,
      organization: organization.name,
      report: sayIn(language)(kind === 'consultants' ? 'consultants' : 'monthly'),
      period: sayMonth(month, { language, timeZone: 'UTC' }),
    },
    addition: {
      attachment: {
        storageKey,
        fileName: fileNameOf(kind, scheduledMonth, format, language),
        mimeType: mimeTypes[format],
      },
    },
  });
}
