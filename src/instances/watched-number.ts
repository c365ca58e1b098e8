import { and, eq, type SQL } from 'drizzle-orm';
import { laneHealth } from '#src/db/schema/instances.ts';
import type { BreakerScope } from './breaker.ts';

/** A number and whose it is. */
export type WatchedNumber = { instanceId: string; organizationId: string; userId: string };

export const breakerOf = (instanceId: string, scope: BreakerScope): SQL | undefined =>
  and(eq(laneHealth.instanceId, instanceId), eq(laneHealth.scope, scope));
