import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { announceLive } from './announce-live.ts';
import type { LiveEvent } from './publish-live-event.ts';

export type OrganizationEvent = LiveEvent & { organizationId: string };

/** Tells several organizations' front ends in one statement, once the surrounding transaction has committed. */
export async function publishLiveEvents(ctx: AppContext, events: OrganizationEvent[]): Promise<void> {
  if (events.length === 0) return;
  await ctx.db.execute(sql`
    insert into live_events (organization_id, type, data, created_at)
    select "organizationId", type, data, ${ctx.clock.now().toISOString()}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(events)}::jsonb) as e("organizationId" uuid, type text, data jsonb)`);
  announceLive(ctx);
}
