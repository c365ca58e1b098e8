import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { campaigns } from '#src/db/schema/campaigns.ts';
import type { Obstacle } from './find-obstacles.ts';
import { publishProgress } from './publish-moves.ts';

/** Has running campaigns (`which`) wait for an obstacle to go, each with the reason and the time; says nothing new twice. */
export async function keepWaiting(ctx: AppContext, which: SQL, { code, until, as }: Obstacle): Promise<void> {
  const changed = await ctx.db
    .update(campaigns)
    .set({ status: as, statusReason: code, nextRunAt: until, updatedAt: ctx.clock.now() })
    .where(
      and(
        which,
        eq(campaigns.status, 'running'),
        sql`(${campaigns.status}, ${campaigns.statusReason}, ${campaigns.nextRunAt}) is distinct from (${as}, ${code}, ${until?.toISOString() ?? null}::timestamptz)`,
      ),
    )
    .returning({ id: campaigns.id });
  if (changed.length === 0) return;
  await publishProgress(
    ctx,
    changed.map(({ id }) => id),
  );
}
