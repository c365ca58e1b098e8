import { and, eq, sql } from 'drizzle-orm';
import type { MailOutcome } from '#src/channels/email/mail-outcome.ts';
import { type AppContext, inTransaction } from '#src/context.ts';
import { mails } from '#src/db/schema/emails.ts';
import { persist } from '#src/platform/persist.ts';
import { StorageError } from '#src/platform/storage.ts';
import { composeMail, type MailAddition, readAttachments } from './compose-mail.ts';
import type { RenderMail } from './create-mail-renderer.ts';
import { sendMailJob } from './jobs.ts';
import type { MailData } from './mail-data.ts';

type Mail = typeof mails.$inferSelect;
const MINUTE_MS = 60_000;
/** What may pass is tried again after so long; then it has failed. */
const PATIENCE_MS = [1, 5, 15, 60, 180, 720].map((minutes) => minutes * MINUTE_MS);

/**
 * Sends one of the system's mails, ahead of any campaign: the carrier's bucket may go below zero for it. What a worker had on the wire
 * when it was lost is `unknown` and not sent again; what the carrier certainly did not take is, later.
 */
export async function sendMail(ctx: AppContext, render: RenderMail, mailId: string): Promise<void> {
  const [mail] = await ctx.db
    .update(mails)
    .set({ status: 'sending', dispatchedAt: ctx.clock.now(), attempts: sql`${mails.attempts} + 1` })
    .where(and(eq(mails.id, mailId), eq(mails.status, 'queued')))
    .returning();
  if (!mail) {
    await ctx.db
      .update(mails)
      .set({ status: 'unknown', statusReason: 'worker-lost', data: {} })
      .where(and(eq(mails.id, mailId), eq(mails.status, 'sending')));
    return;
  }
  const outcome = await attempt(ctx, render, mail);
  await persist(ctx.log, 'outcome of a mail', () => record(ctx, mail, outcome));
}

async function attempt(
  ctx: AppContext,
  render: RenderMail,
  { id, kind, language, address, data }: Mail,
): Promise<MailOutcome> {
  const { own } = ctx.carriers;
  try {
    const filling = JSON.parse(ctx.secrets.open(String(data.sealed))) as MailData[typeof kind];
    const addition = data.addition ? (JSON.parse(ctx.secrets.open(String(data.addition))) as MailAddition) : {};
    const attachments = await readAttachments(ctx, addition);
    const words = addition.rendered ?? (await render(kind, language, filling));
    const raw = await composeMail(ctx, { id, to: address, at: ctx.clock.now() }, words, addition, attachments);
    await ctx.db.execute(sql`
      update carrier_rates set tokens = tokens - 1, sent_in_day = sent_in_day + 1 where carrier = ${own.key}`);
    return await own.send(raw);
  } catch (error) {
    if (error instanceof StorageError && error.trouble === 'unavailable')
      return { kind: 'unavailable', reason: 'carrier', cause: 'the storage does not give its file' };
    ctx.log.error({ err: error, mailId: id }, 'a mail of ours could not be made');
    return { kind: 'rejected', reason: 'invalid-content', cause: 'it could not be made' };
  }
}

async function record(ctx: AppContext, { id, attempts }: Mail, outcome: MailOutcome): Promise<void> {
  const which = and(eq(mails.id, id), eq(mails.status, 'sending'));
  if (outcome.kind === 'accepted')
    return void (await ctx.db.update(mails).set({ status: 'sent', sentAt: ctx.clock.now(), data: {} }).where(which));
  const statusReason = outcome.reason;
  ctx.log.warn(
    { mailId: id, outcome: outcome.kind, reason: statusReason, cause: outcome.cause },
    'a mail of ours was not taken',
  );
  const wait = outcome.kind === 'unavailable' ? PATIENCE_MS[attempts - 1] : undefined;
  if (wait === undefined) {
    const status = outcome.kind === 'unknown' ? 'unknown' : 'failed';
    return void (await ctx.db.update(mails).set({ status, statusReason, data: {} }).where(which));
  }
  await inTransaction(ctx, async (ctx) => {
    const again = await ctx.db
      .update(mails)
      .set({ status: 'queued', statusReason })
      .where(which)
      .returning({ id: mails.id });
    const startAfter = new Date(ctx.clock.now().getTime() + wait / ctx.config.recoverySpeed);
    if (again.length > 0) await ctx.jobs.send(sendMailJob, { mailId: id }, { startAfter });
  });
}
