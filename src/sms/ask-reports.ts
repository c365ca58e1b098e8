import { and, asc, eq, inArray, lte } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { smsMessages } from '#src/db/schema/sms.ts';
import { applySmsReport } from './apply-sms-report.ts';
import { nextLook, type Sms } from './sms.ts';

const AT_ONCE = 100;
/** Netgsm answers ten questions a minute, of which some are left for those of unknown outcome. */
const MOST_ROUNDS = 4;

/** Asks a carrier that does not tell by itself what became of the SMS it took: often at first, then more and more seldom, for three days. */
export async function askReports(ctx: AppContext): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS; round++) if ((await askOnce(ctx)) < AT_ONCE) return;
}

async function askOnce(ctx: AppContext): Promise<number> {
  const carrier = ctx.sms;
  if (!carrier?.reports) return 0;
  const now = ctx.clock.now();
  const due = await ctx.db
    .select()
    .from(smsMessages)
    .where(
      and(eq(smsMessages.status, 'sent'), eq(smsMessages.carrier, carrier.kind), lte(smsMessages.reconcileAt, now)),
    )
    .orderBy(asc(smsMessages.reconcileAt))
    .limit(AT_ONCE);
  if (due.length === 0) return 0;
  const asked = due.map((sms) => ({ providerMessageId: sms.providerMessageId!, sentAt: sms.sentAt! }));
  const reports = await carrier.reports(asked, now);
  if (reports === 'unavailable') {
    ctx.log.warn({ carrier: carrier.kind, sms: due.length }, 'a carrier does not tell what became of SMS');
    return 0;
  }
  await postpone(ctx, due);
  for (const report of reports) await applySmsReport(ctx, carrier.kind, report);
  return due.length;
}

/** Of all of them: those that a report settles are not asked about any more anyhow. */
async function postpone(ctx: AppContext, due: Sms[]): Promise<void> {
  const now = ctx.clock.now();
  const looks = Map.groupBy(due, ({ sentAt }) =>
    nextLook((now.getTime() - sentAt!.getTime()) * ctx.config.recoverySpeed),
  );
  for (const [look, of] of looks)
    await ctx.db
      .update(smsMessages)
      .set({ reconcileAt: look === null ? null : new Date(now.getTime() + look / ctx.config.recoverySpeed) })
      .where(
        and(
          inArray(
            smsMessages.id,
            of.map(({ id }) => id),
          ),
          eq(smsMessages.status, 'sent'),
        ),
      );
}
