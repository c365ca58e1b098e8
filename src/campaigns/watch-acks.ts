import { and, ne, sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { laneHealth } from '#src/db/schema/instances.ts';
import type { Ack } from '#src/messages/message.ts';
import { reviewHealthJob } from './jobs.ts';

/** Has numbers judged of which acks say something new: one was refused, or one is held back and waits for news. */
export async function watchAcks(ctx: AppContext, acks: Ack[]): Promise<void> {
  if (acks.length === 0) return;
  const refused = acks.filter(({ status }) => status === 'ERROR').map(({ instanceId }) => instanceId);
  const heldBack = await ctx.db
    .selectDistinct({ instanceId: laneHealth.instanceId })
    .from(laneHealth)
    .where(
      and(
        sql`${laneHealth.instanceId} = any(${sql.param([...new Set(acks.map(({ instanceId }) => instanceId))])}::uuid[])`,
        ne(laneHealth.state, 'closed'),
      ),
    );
  for (const instanceId of new Set([...refused, ...heldBack.map((row) => row.instanceId)]))
    await ctx.jobs.send(reviewHealthJob, { instanceId }, { singletonKey: instanceId });
}
