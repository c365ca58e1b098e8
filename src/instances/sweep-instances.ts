import { eq, inArray, type SQL, sql } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { instances } from '#src/db/schema/instances.ts';
import { applyConnectionNews } from './apply-connection-news.ts';
import { askConnection } from './ask-connection.ts';
import { clientOf } from './client-of.ts';
import { type ConnectionNews, currentQr, type Instance } from './instance.ts';
import { provisionInstance } from './provision-instance.ts';
import { findInstance } from './queries.ts';
import { removeInstance } from './remove-instance.ts';

const AT_ONCE = 8;
const A_RUN = 400;
/** No connection is waited for longer without a QR code to scan. */
const PATIENCE_MS = 5 * 60_000;

/** Looks after every instance whose turn it is; each is looked at by one worker, and seldom. */
export async function sweepInstances(ctx: AppContext): Promise<void> {
  const due = await claimDue(ctx);
  const queue = due[Symbol.iterator]();
  const work = async () => {
    for (const id of queue)
      await lookAfter(ctx, id).catch((error) =>
        ctx.log.error({ err: error, instanceId: id }, 'could not look after an instance'),
      );
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

async function claimDue(ctx: AppContext): Promise<string[]> {
  const now = ctx.clock.now();
  const ago = (minutes: number): SQL => sql`${new Date(now.getTime() - minutes * 60_000).toISOString()}::timestamptz`;
  const unchecked = (minutes: number): SQL =>
    sql`coalesce(${instances.checkedAt}, ${instances.createdAt}) <= ${ago(minutes)}`;
  const due = sql`${instances.deletedAt} is null and case
    when ${instances.deletingAt} is not null then
      case when ${instances.deletingAt} > ${ago(30)} then ${unchecked(1)} else ${unchecked(15)} end
    when ${instances.provisionedAt} is null then ${instances.status} = 'connecting' and ${unchecked(1)}
    when ${instances.status} = 'connecting' then ${instances.statusChangedAt} <= ${ago(1)} and ${unchecked(1)}
    when ${instances.status} = 'closed' and ${instances.statusReason} = 'offline' then ${unchecked(5)}
    when ${instances.status} = 'open' then ${unchecked(15)}
    else false end`;
  const picked = ctx.db
    .select({ id: instances.id })
    .from(instances)
    .where(due)
    .orderBy(sql`${instances.checkedAt} nulls first`)
    .limit(A_RUN)
    .for('no key update', { skipLocked: true });
  const rows = await ctx.db
    .update(instances)
    .set({ checkedAt: now })
    .where(inArray(instances.id, picked))
    .returning({ id: instances.id });
  return rows.map((row) => row.id);
}

async function lookAfter(ctx: AppContext, id: string): Promise<void> {
  const found = await findInstance(ctx, id);
  if (!found) return;
  const { instance, server } = found;
  if (instance.deletingAt) return void (await removeInstance(ctx, id));
  const at = ctx.clock.now();
  const impatient = at.getTime() - instance.statusChangedAt.getTime() >= PATIENCE_MS;
  if (!instance.provisionedAt) {
    const result = await provisionInstance(ctx, id);
    if (result !== 'provisioned' && impatient) await applyUnlessMoved(ctx, instance, { type: 'offline' });
    return;
  }
  const heard = await askConnection(clientOf(ctx, server), instance.providerName);
  const hopeless = instance.status === 'connecting' && impatient && !currentQr(instance, at);
  const news = (heard === null || heard.type === 'connecting') && hopeless ? { type: 'offline' as const } : heard;
  if (news) await applyUnlessMoved(ctx, instance, news);
}

/** What a webhook has said while we were asking is newer than the answer. */
function applyUnlessMoved(ctx: AppContext, before: Instance, news: ConnectionNews): Promise<void> {
  return inTransaction(ctx, async (ctx) => {
    const [row] = await ctx.db
      .select({ at: instances.statusChangedAt, status: instances.status })
      .from(instances)
      .where(eq(instances.id, before.id))
      .for('no key update');
    if (row?.status !== before.status || row.at.getTime() !== before.statusChangedAt.getTime()) return;
    await applyConnectionNews(ctx, [{ instanceId: before.id, news, at: ctx.clock.now() }]);
  });
}
