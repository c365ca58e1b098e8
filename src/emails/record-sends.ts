import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import type { Addressee } from './fence-recipients.ts';
import type { Verdict } from './judge-send.ts';

export type Sent = { addressee: Addressee; verdict: Verdict };

/**
 * Writes down what became of many at once. What belongs to an earlier attempt changes nothing; who is known to have got the mail
 * meanwhile stays so.
 */
export async function recordSends(ctx: AppContext, sends: Sent[]): Promise<void> {
  if (sends.length === 0) return;
  const at = ctx.clock.now();
  const now = sql`${at.toISOString()}::timestamptz`;
  const next = (afterMs: number) =>
    afterMs === 0 ? null : new Date(at.getTime() + afterMs / ctx.config.recoverySpeed).toISOString();
  const column = (values: unknown[], type: string) => sql`${sql.param(values)}::${sql.raw(type)}[]`;
  await ctx.db.execute(sql`
    update campaign_recipients r set
      status = case when r.status in ('sending', 'unknown') then o.status else r.status end,
      status_reason = case when r.status in ('sending', 'unknown') then o.reason else r.status_reason end,
      error_code = o.code, provider_message_id = coalesce(o.provider_message_id, r.provider_message_id),
      sent_at = case when o.status = 'sent' then coalesce(r.sent_at, ${now}) else r.sent_at end,
      dispatched_at = case when o.status = 'queued' then null else r.dispatched_at end,
      next_attempt_at = o.next_attempt_at, refusals = r.refusals + o.refused::int, updated_at = ${now}
    from unnest(
      ${column(
        sends.map(({ addressee }) => addressee.recipientId),
        'uuid',
      )}, ${column(
        sends.map(({ addressee }) => addressee.attempt),
        'int',
      )}, ${column(
        sends.map(({ verdict }) => verdict.status),
        'text',
      )}, ${column(
        sends.map(({ verdict }) => verdict.reason),
        'text',
      )}, ${column(
        sends.map(({ verdict }) => verdict.code),
        'text',
      )}, ${column(
        sends.map(({ verdict }) => verdict.providerMessageId),
        'text',
      )}, ${column(
        sends.map(({ verdict }) => next(verdict.afterMs)),
        'timestamptz',
      )}, ${column(
        sends.map(({ verdict }) => verdict.refused),
        'boolean',
      )}
    ) o(id, attempt, status, reason, code, provider_message_id, next_attempt_at, refused)
    where r.id = o.id and r.attempt = o.attempt
      and (r.status in ('sending', 'unknown') or o.status = 'sent' and r.sent_at is null)`);
}
