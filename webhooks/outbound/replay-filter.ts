import { type SQL, sql } from 'drizzle-orm';
import { PING } from './ping-endpoint.ts';

type Stretch = { organizationId: string; fromAt: Date; toAt: Date; events: string[] | null };

/** The events (`ev`) of a replay. Pings are not repeated. */
export const replayFilter = ({ organizationId, fromAt, toAt, events }: Stretch): SQL => sql`
  ev.organization_id = ${organizationId} and ev.occurred_at >= ${fromAt.toISOString()}::timestamptz
  and ev.occurred_at < ${toAt.toISOString()}::timestamptz and ev.type <> ${PING}
  and ${events ? sql`chooses_event(${sql.param(events)}::text[], ev.type)` : sql`true`}`;
