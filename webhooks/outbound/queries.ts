import { and, asc, desc, eq, inArray, isNull, lt } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { webhookAttempts, webhookDeliveries, webhookEndpoints, webhookReplays } from '#src/db/schema/webhooks.ts';
import { decodeIdCursor, type Page, toPage } from '#src/platform/cursor.ts';
import { notFound } from '#src/platform/problem.ts';
import { type Endpoint, requireEndpoint, requireOwnership } from './require-endpoint.ts';
import type { Replay } from './start-replay.ts';

type PageOf = { limit: number; cursor?: string | undefined };

/** Newest first. Owner only. */
export async function listEndpoints(ctx: OrgContext, { limit, cursor }: PageOf): Promise<Page<Endpoint>> {
  requireOwnership(ctx);
  const { id, organizationId, deletedAt } = webhookEndpoints;
  const rows = await ctx.db
    .select()
    .from(webhookEndpoints)
    .where(
      and(
        eq(organizationId, ctx.organizationId),
        isNull(deletedAt),
        cursor ? lt(id, decodeIdCursor(cursor)) : undefined,
      ),
    )
    .orderBy(desc(id))
    .limit(limit + 1);
  return toPage(rows, limit, (row) => [row.id]);
}

export type Attempt = typeof webhookAttempts.$inferSelect;
export type DeliveryRow = typeof webhookDeliveries.$inferSelect & { log: Attempt[] };
type Status = DeliveryRow['status'];

/** What was sent to an endpoint, newest first, each with all its attempts. */
export async function listDeliveries(
  ctx: OrgContext,
  endpointId: string,
  { limit, cursor, status, event }: PageOf & { status?: Status | undefined; event?: string | undefined },
): Promise<Page<DeliveryRow>> {
  await requireEndpoint(ctx, endpointId);
  const rows = await ctx.db
    .select()
    .from(webhookDeliveries)
    .where(
      and(
        eq(webhookDeliveries.endpointId, endpointId),
        status ? eq(webhookDeliveries.status, status) : undefined,
        event === undefined ? undefined : eq(webhookDeliveries.eventType, event),
        cursor ? lt(webhookDeliveries.id, decodeIdCursor(cursor)) : undefined,
      ),
    )
    .orderBy(desc(webhookDeliveries.id))
    .limit(limit + 1);
  const { data, nextCursor } = toPage(rows, limit, (row) => [row.id]);
  return { data: await withAttempts(ctx, data), nextCursor };
}

/** Throws `not-found`. */
export async function findDelivery(ctx: OrgContext, endpointId: string, deliveryId: string): Promise<DeliveryRow> {
  const which = and(eq(webhookDeliveries.id, deliveryId), eq(webhookDeliveries.endpointId, endpointId));
  const [found] = await withAttempts(ctx, await ctx.db.select().from(webhookDeliveries).where(which));
  if (!found) throw notFound();
  return found;
}

async function withAttempts(ctx: OrgContext, rows: (typeof webhookDeliveries.$inferSelect)[]): Promise<DeliveryRow[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const attempts = await ctx.db
    .select()
    .from(webhookAttempts)
    .where(inArray(webhookAttempts.deliveryId, ids))
    .orderBy(asc(webhookAttempts.deliveryId), asc(webhookAttempts.id));
  const byDelivery = Map.groupBy(attempts, ({ deliveryId }) => deliveryId);
  return rows.map((row) => ({ ...row, log: byDelivery.get(row.id) ?? [] }));
}

/** Throws `not-found`. */
export async function findReplay(ctx: OrgContext, endpointId: string, replayId: string): Promise<Replay> {
  await requireEndpoint(ctx, endpointId);
  const which = and(eq(webhookReplays.id, replayId), eq(webhookReplays.endpointId, endpointId));
  const [replay] = await ctx.db.select().from(webhookReplays).where(which);
  if (!replay) throw notFound();
  return replay;
}
