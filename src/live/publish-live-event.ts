import type { AppContext } from '#src/context.ts';
import { liveEvents } from '#src/db/schema/live.ts';
import { announceLive } from './announce-live.ts';

export type LiveEvent = { type: string; data: Record<string, unknown> };

/** Tells the organization's front ends, once the surrounding transaction has committed. */
export async function publishLiveEvent(ctx: AppContext & { organizationId: string }, event: LiveEvent): Promise<void> {
  await ctx.db.insert(liveEvents).values({ organizationId: ctx.organizationId, ...event, createdAt: ctx.clock.now() });
  announceLive(ctx);
}
