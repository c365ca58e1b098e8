import { isNotNull } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { instances } from '#src/db/schema/instances.ts';
import { finishMove } from './finish-move.ts';
import { removeLeftovers } from './remove-leftovers.ts';

const A_RUN = 200;

/** Goes on with moves that waited for something, or that a crash has left. */
export async function sweepMoves(ctx: AppContext): Promise<void> {
  const rows = await ctx.db
    .select({ id: instances.id })
    .from(instances)
    .where(isNotNull(instances.movingToServerId))
    .orderBy(instances.movingSinceAt)
    .limit(A_RUN);
  for (const { id } of rows)
    await finishMove(ctx, id).catch((error) =>
      ctx.log.error({ err: error, instanceId: id }, 'could not go on with a move'),
    );
  await removeLeftovers(ctx);
}
