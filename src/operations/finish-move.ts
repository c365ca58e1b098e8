import { and, eq, isNotNull, sql } from 'drizzle-orm';
import { followRecipients } from '#src/campaigns/follow-recipients.ts';
import { settleWhenDone } from '#src/campaigns/settle-when-done.ts';
import { type AppContext, actFor, inTransaction } from '#src/context.ts';
import { instanceLeftovers, instances } from '#src/db/schema/instances.ts';
import { mailInstanceTrouble } from '#src/instances/mail-instance-trouble.ts';
import { newIdentity } from '#src/instances/new-identity.ts';
import { provisionInstance } from '#src/instances/provision-instance.ts';
import { publishLiveEvent } from '#src/live/publish-live-event.ts';
import { newId } from '#src/platform/ids.ts';

type Instance = typeof instances.$inferSelect;

/** So long the former server is asked what became of messages in doubt; then they wait for a person. */
const PATIENCE_MS = 10 * 60_000;

/**
 * Goes on with a move: once nothing of the number is on the wire it belongs to the new server, under a name, keys and a webhook of its own, so that
 * whatever the former one still says is a stranger's. What is left there the sweep removes when the new one is made. Repeatable after any crash.
 */
export async function finishMove(ctx: AppContext, instanceId: string): Promise<void> {
  if (!(await inTransaction(ctx, (ctx) => changeServer(ctx, instanceId)))) return;
  await provisionInstance(ctx, instanceId);
}

async function changeServer(ctx: AppContext, id: string): Promise<boolean> {
  const [row] = await ctx.db
    .select()
    .from(instances)
    .where(and(eq(instances.id, id), isNotNull(instances.movingToServerId)))
    .for('no key update');
  if (!row || row.deletingAt) return false;
  const [lane] = await ctx.db.execute<{ busy: boolean }>(
    sql`select in_flight_message_id is not null as busy from lanes where instance_id = ${id} for update`,
  );
  if (lane?.busy || (await hasDoubts(ctx, row))) return false;
  await leaveDoubts(ctx, id);
  await ctx.db.execute(sql`
    delete from inbound_events where instance_id = ${id} and applied_at is null
      and event in ('connection.update', 'status.instance', 'logout.instance', 'remove.instance', 'qrcode.updated')`);
  const now = ctx.clock.now();
  await ctx.db.insert(instanceLeftovers).values({
    id: newId(),
    organizationId: row.organizationId,
    instanceId: id,
    evolutionServerId: row.evolutionServerId!,
    providerName: row.providerName,
    createdAt: now,
  });
  await ctx.db
    .update(instances)
    .set({ ...newIdentity(ctx, newId()), ...anew(now), evolutionServerId: row.movingToServerId })
    .where(eq(instances.id, id));
  await ctx.db.execute(sql`update lanes set due_at = null where instance_id = ${id}`);
  await publishLiveEvent(actFor(ctx, row), {
    type: 'instance.status-changed',
    data: { id, status: 'connecting', statusReason: 'moved' },
  });
  await mailInstanceTrouble(ctx, 'instance-disconnected', id);
  return true;
}

/** As of a connection that was just asked for; the number and since when it writes stay. */
const anew = (now: Date): Partial<Instance> => ({
  status: 'connecting',
  statusReason: 'moved',
  disconnectCode: null,
  qrCode: null,
  qrImage: null,
  qrExpiresAt: null,
  pairingCode: null,
  statusChangedAt: now,
  provisionedAt: null,
  connectAskedAt: null,
  checkedAt: now,
  comparedUntilAt: null,
  comparedAt: null,
  providerEventAt: null,
  movingToServerId: null,
  movingSinceAt: null,
  updatedAt: now,
});

const inDoubt = (id: string) =>
  sql`instance_id = ${id} and status = 'unknown' and reconcile_at is not null and dispatched_at is not null`;

async function hasDoubts(ctx: AppContext, { id, movingSinceAt }: Instance): Promise<boolean> {
  if (ctx.clock.now().getTime() - movingSinceAt!.getTime() >= PATIENCE_MS) return false;
  const [found] = await ctx.db.execute(sql`select 1 from messages where ${inDoubt(id)} limit 1`);
  return found !== undefined;
}

/** The new server knows nothing of what left by the former one, and its silence proves nothing: nobody is written to twice for that. */
async function leaveDoubts(ctx: AppContext, id: string): Promise<void> {
  const left = await ctx.db.execute<{ recipient_id: string | null; campaign_id: string | null }>(sql`
    update messages set reconcile_at = null, status_reason = 'unresolved' where ${inDoubt(id)} returning recipient_id, campaign_id`);
  await ctx.db.execute(
    sql`update messages set reconcile_at = null where instance_id = ${id} and reconcile_at is not null and status <> 'unknown'`,
  );
  const recipients = left.flatMap(({ recipient_id }) => recipient_id ?? []);
  if (recipients.length > 0) await followRecipients(ctx, recipients);
  await settleWhenDone(ctx, ...new Set(left.flatMap(({ campaign_id }) => campaign_id ?? [])));
}
