import { and, asc, eq, inArray, isNotNull, lte, sql } from 'drizzle-orm';
import type { SentByCarrier, SmsCarrier } from '#src/channels/sms/sms-carrier.ts';
import { type AppContext, inTransaction } from '#src/context.ts';
import { smsMessages } from '#src/db/schema/sms.ts';
import { applySmsReport } from './apply-sms-report.ts';
import { markSent } from './mark-sent.ts';
import type { Sms } from './sms.ts';

const AT_ONCE = 3;
const MOST_TRIES = 5;
const AGAIN_MS = 5 * 60_000;
/** A carrier's clock and ours. */
const BEFORE_MS = 60_000;
const AFTER_MS = 10 * 60_000;

/**
 * Looks for SMS of unknown outcome among those that the carrier says it took. Only what can be nothing else counts: one to that phone at that time, which no
 * other SMS of ours is, and no second one that it could belong to. Never sends anything.
 */
export async function findLostSms(ctx: AppContext): Promise<void> {
  const carrier = ctx.sms;
  if (!carrier?.taken) return;
  const now = ctx.clock.now();
  const unknown = await ctx.db
    .select()
    .from(smsMessages)
    .where(
      and(
        eq(smsMessages.status, 'unknown'),
        eq(smsMessages.carrier, carrier.kind),
        isNotNull(smsMessages.dispatchedAt),
        lte(smsMessages.reconcileAt, now),
      ),
    )
    .orderBy(asc(smsMessages.reconcileAt))
    .limit(AT_ONCE);
  for (const sms of unknown) {
    const found = await lookFor(ctx, carrier, sms);
    if (found) await adopt(ctx, sms, found);
    else await postpone(ctx, sms);
  }
}

async function lookFor(ctx: AppContext, carrier: SmsCarrier, sms: Sms): Promise<SentByCarrier | null> {
  const at = sms.dispatchedAt!.getTime();
  const taken = await carrier.taken!(new Date(at - BEFORE_MS), new Date(at + AFTER_MS));
  if (taken === 'unavailable') return null;
  const same = taken.filter(({ phone }) => phone === sms.phone);
  const known = await knownIds(
    ctx,
    carrier,
    same.map(({ providerMessageId }) => providerMessageId),
  );
  const [only, ...others] = same.filter(({ providerMessageId }) => !known.has(providerMessageId));
  if (!only || others.length > 0) return null;
  const [rival] = await ctx.db.execute(sql`
    select 1 from sms_messages where phone = ${sms.phone} and id <> ${sms.id} and status in ('unknown', 'sending')
      and dispatched_at between ${new Date(at - AFTER_MS).toISOString()}::timestamptz and ${new Date(at + AFTER_MS).toISOString()}::timestamptz
    limit 1`);
  return rival ? null : only;
}

async function knownIds(ctx: AppContext, carrier: SmsCarrier, ids: string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await ctx.db
    .select({ id: smsMessages.providerMessageId })
    .from(smsMessages)
    .where(and(eq(smsMessages.carrier, carrier.kind), inArray(smsMessages.providerMessageId, ids)));
  return new Set(rows.map(({ id }) => id!));
}

async function adopt(ctx: AppContext, sms: Sms, found: SentByCarrier): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const [locked] = await ctx.db
      .select()
      .from(smsMessages)
      .where(and(eq(smsMessages.id, sms.id), eq(smsMessages.status, 'unknown')))
      .for('no key update');
    if (locked) await markSent(ctx, locked, found.providerMessageId, locked.dispatchedAt!);
  });
  if (found.report) await applySmsReport(ctx, ctx.sms!.kind, found.report);
}

async function postpone(ctx: AppContext, sms: Sms): Promise<void> {
  const now = ctx.clock.now();
  const again = new Date(now.getTime() + AGAIN_MS / ctx.config.recoverySpeed);
  await ctx.db
    .update(smsMessages)
    .set({
      reconcileTries: sql`${smsMessages.reconcileTries} + 1`,
      reconcileAt: sms.reconcileTries + 1 >= MOST_TRIES ? null : again,
    })
    .where(and(eq(smsMessages.id, sms.id), eq(smsMessages.status, 'unknown')));
}
