import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import type { DueLane } from './lane.ts';
import { readLanes } from './read-lanes.ts';

/** The lanes that have been due longest, `limit` at most, locked for this transaction; those that others hold are left to them. */
export const lockDueLanes = (ctx: AppContext, limit: number): Promise<DueLane[]> =>
  readLanes(
    ctx,
    sql`where l.due_at <= ${ctx.clock.now().toISOString()}::timestamptz order by l.due_at limit ${limit} for update of l skip locked`,
  );
