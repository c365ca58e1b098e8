import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import type { DueLane } from './lane.ts';
import { readLane } from './read-lane.ts';

/** The lane that has been due longest, locked for this transaction; null when none is, or others hold them all. */
export const lockDueLane = (ctx: AppContext): Promise<DueLane | null> =>
  readLane(
    ctx,
    sql`where l.due_at <= ${ctx.clock.now().toISOString()}::timestamptz order by l.due_at limit 1 for update of l skip locked`,
  );
