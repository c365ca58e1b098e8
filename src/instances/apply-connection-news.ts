import { and, eq, inArray, isNull } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { type AppContext, actFor, inTransaction } from '#src/context.ts';
import { instances } from '#src/db/schema/instances.ts';
import { publishLiveEvent } from '#src/live/publish-live-event.ts';
import { afterNews, type Connection, type ConnectionNews, type Instance } from './instance.ts';
import { mailInstanceTrouble } from './mail-instance-trouble.ts';
import { wakeLanes } from './wake-lanes.ts';

export type ConnectionEvent = {
  instanceId: string;
  news: ConnectionNews;
  /** When it reached us. */
  at: Date;
  /** Evolution's own time of it, which may be hours off and only orders events of one instance. */
  providerAt?: Date | null;
  /** Its user wanted it so: nobody has to be told by mail. */
  asked?: true;
};

/** Evolution repeats a webhook for over an hour (evolution/evolution.env); an older time than that is a changed clock. */
const LATE_MS = 90 * 60_000;

/**
 * Brings instances up to date with what was heard of them, in the order given; however much was heard, each row is
 * written at most once. An instance that opens has its lane woken. Deleted ones, and unknown, are left alone.
 */
export async function applyConnectionNews(ctx: AppContext, events: ConnectionEvent[]): Promise<void> {
  if (events.length === 0) return;
  await inTransaction(ctx, async (ctx) => {
    const ids = [...new Set(events.map((event) => event.instanceId))].sort();
    const rows = await ctx.db
      .select()
      .from(instances)
      .where(and(inArray(instances.id, ids), isNull(instances.deletingAt), isNull(instances.deletedAt)))
      .orderBy(instances.id)
      .for('no key update');
    for (const row of rows) {
      const own = events.filter((event) => event.instanceId === row.id);
      await saveChange(
        ctx,
        row,
        foldEvents(row, own),
        own.some(({ asked }) => asked),
      );
    }
  });
}

function foldEvents(row: Instance, events: ConnectionEvent[]): Partial<Instance> {
  let change: Partial<Instance> = {};
  let { providerEventAt } = row;
  for (const { news, at, providerAt } of events) {
    if (providerAt && providerEventAt) {
      const lateBy = providerEventAt.getTime() - providerAt.getTime();
      if (lateBy > 0 && lateBy < LATE_MS) continue;
    }
    // also when it says nothing new: what is older and comes later is old news all the same
    if (providerAt) providerEventAt = providerAt;
    const step = afterNews({ ...row, ...change }, news, at);
    if (step) change = { ...change, ...step };
  }
  const heard = providerEventAt?.getTime() !== row.providerEventAt?.getTime();
  return heard || Object.keys(change).length > 0 ? { ...change, providerEventAt } : {};
}

/** Writes what is new about a locked row. */
export async function saveChange(
  ctx: AppContext,
  row: Instance,
  change: Partial<Instance>,
  asked = false,
): Promise<void> {
  if (Object.keys(change).length === 0) return;
  await ctx.db
    .update(instances)
    .set({ ...change, updatedAt: ctx.clock.now() })
    .where(eq(instances.id, row.id));
  await announceChange(ctx, row, change, asked);
}

async function announceChange(
  ctx: AppContext,
  before: Instance,
  change: Partial<Connection>,
  asked: boolean,
): Promise<void> {
  const after = { ...before, ...change };
  const org = actFor(ctx, before, 'webhook');
  if (change.qrCode)
    await publishLiveEvent(org, {
      type: 'instance.qr-updated',
      data: { id: before.id, expiresAt: after.qrExpiresAt?.toISOString() },
    });
  if (after.status === before.status && after.statusReason === before.statusReason) return;
  const { status, statusReason } = after;
  await publishLiveEvent(org, { type: 'instance.status-changed', data: { id: before.id, status, statusReason } });
  if (status === before.status) return;
  if (status === 'open') await wakeLanes(ctx, [before.id]);
  if (status === 'connecting') return;
  const details = { status, statusReason, disconnectCode: after.disconnectCode };
  await recordActivity(org, { verb: 'instances.follow', subjectType: 'instance', subjectId: before.id, details });
  const lost = before.status === 'open' && (status === 'logged-out' || status === 'blocked');
  if (lost && !asked) await mailInstanceTrouble(ctx, 'instance-disconnected', before.id);
}
