import { and, eq, isNull, sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { instances } from '#src/db/schema/instances.ts';
import { clientOf } from '#src/instances/client-of.ts';
import { requirePlace } from '#src/instances/place-instance.ts';
import { getServer, type ServerWithLoad } from '#src/instances/queries.ts';
import { publishLiveEvent } from '#src/live/publish-live-event.ts';
import type { Text } from '#src/platform/language.ts';
import { invalid, notFound, Problem } from '#src/platform/problem.ts';
import { finishMove } from './finish-move.ts';
import { requireOperator } from './require-operator.ts';

/**
 * Has an instance move to another Evolution server. A session cannot be carried over: it is made anew there and its QR code scanned again; until then
 * nothing of its number is sent. From here on no message is begun; what is on the wire, or in doubt, is waited for with the former server, and the sweep
 * goes on with what a crash leaves. Throws 409 for a server that is full, drained or the one it is on, 503 for one that does not answer.
 */
export async function moveInstance(ctx: OrgContext, id: string, serverId: string): Promise<void> {
  requireOperator(ctx);
  const server = await getServer(ctx, serverId).catch((cause: unknown) => {
    throw invalid('serverId', { en: 'No such server', tr: 'Böyle bir sunucu yok' }, cause);
  });
  await requireReachable(ctx, server);
  await inTransaction(ctx, (ctx) => markMoving(ctx, id, server));
  await finishMove(ctx, id);
}

async function requireReachable(ctx: OrgContext, server: ServerWithLoad): Promise<void> {
  const outcome = await clientOf(ctx, server).verifyCredentials();
  if (outcome.kind === 'accepted') return;
  throw new Problem('whatsapp-unavailable', { cause: new Error(outcome.cause) });
}

async function markMoving(ctx: OrgContext, id: string, server: ServerWithLoad): Promise<void> {
  await requirePlace(ctx, server.id, id);
  const [row] = await ctx.db
    .select()
    .from(instances)
    .where(and(eq(instances.id, id), isNull(instances.deletingAt), isNull(instances.deletedAt)))
    .for('no key update');
  if (!row) throw notFound();
  if (row.movingToServerId === server.id) return;
  if (row.evolutionServerId === server.id)
    throw refusal({ en: 'It is on this server already', tr: 'Zaten bu sunucuda' });
  if (!server.enabled)
    throw refusal({ en: 'This server is drained: it takes nobody', tr: 'Bu sunucu boşaltılıyor: kimseyi almıyor' });
  const now = ctx.clock.now();
  await ctx.db
    .update(instances)
    .set({ movingToServerId: server.id, movingSinceAt: now, updatedAt: now })
    .where(eq(instances.id, id));
  // a claim that began before this finds the lane changed, and takes nothing
  await ctx.db.execute(sql`update lanes set due_at = null where instance_id = ${id} and in_flight_message_id is null`);
  const theirs = { ...ctx, organizationId: row.organizationId };
  await recordActivity(theirs, {
    verb: 'instances.move',
    subjectType: 'instance',
    subjectId: id,
    changes: { evolutionServerId: [row.evolutionServerId, server.id] },
  });
  await publishLiveEvent(theirs, {
    type: 'instance.status-changed',
    data: { id, status: row.status, statusReason: 'moving' },
  });
}

const refusal = (detail: Text): Problem => new Problem('conflict', { detail });
