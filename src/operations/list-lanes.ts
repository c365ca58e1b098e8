import { type SQL, sql } from 'drizzle-orm';
import { findObstacles, type Way } from '#src/campaigns/find-obstacles.ts';
import type { DueLane } from '#src/campaigns/lane.ts';
import { readLanes } from '#src/campaigns/read-lanes.ts';
import { readUsages, type Usage } from '#src/campaigns/read-usages.ts';
import type { AppContext, OrgContext } from '#src/context.ts';
import { likePattern } from '#src/customers/customer.ts';
import { foldText } from '#src/customers/fold-text.ts';
import type { breakerStates, instanceStatuses } from '#src/db/schema/instances.ts';
import { decodeIdCursor, type Page, toPage } from '#src/platform/cursor.ts';
import type { SendingRules } from '#src/windows/read-sending-rules.ts';
import { type Backlog, readBacklogs } from './read-backlogs.ts';
import { readRulesOf } from './read-rules-of.ts';
import { requireOperator } from './require-operator.ts';

type Query = {
  limit: number;
  cursor?: string | undefined;
  instanceStatus?: (typeof instanceStatuses)[number] | undefined;
  breaker?: (typeof breakerStates)[number] | undefined;
  busy?: 'true' | 'false' | undefined;
  organizationId?: string | undefined;
  userId?: string | undefined;
  serverId?: string | undefined;
  search?: string | undefined;
};

export type LaneLine = { lane: DueLane; rules: SendingRules; way: Way; sent: Usage; about: About; backlog: Backlog };

/** The lanes of all numbers, the newest first, with what decides whether each sends now: asked exactly as the pump asks. */
export async function listLanes(ctx: OrgContext, { limit, cursor, ...filters }: Query): Promise<Page<LaneLine>> {
  requireOperator(ctx);
  const places = await ctx.db.execute<About>(sql`
    select l.instance_id as id, l.due_at, l.lease_until_at, i.name, i.phone, i.status, i.status_reason, i.evolution_server_id as server_id,
      i.moving_to_server_id is not null as moving, o.name as organization, u.name as user_name, u.email
    from lanes l join instances i on i.id = l.instance_id join organizations o on o.id = l.organization_id join users u on u.id = l.user_id
    where i.deleted_at is null and i.deleting_at is null and ${filterOf(filters, cursor)}
    order by l.instance_id desc limit ${limit + 1}`);
  const page = toPage(places, limit, ({ id }) => [id]);
  return { ...page, data: await describe(ctx, page.data) };
}

type About = {
  id: string;
  due_at: string | null;
  lease_until_at: string | null;
  name: string;
  phone: string | null;
  status: (typeof instanceStatuses)[number];
  status_reason: string | null;
  server_id: string | null;
  moving: boolean;
  organization: string;
  user_name: string;
  email: string;
};

function filterOf(filters: Omit<Query, 'limit' | 'cursor'>, cursor: string | undefined): SQL {
  const { instanceStatus, breaker, busy, organizationId, userId, serverId, search } = filters;
  const open = sql`select from lane_health h where h.instance_id = l.instance_id and h.state`;
  const words = foldText(search ?? '')
    .split(' ')
    .filter(Boolean);
  const conditions = [
    sql`true`,
    cursor && sql`l.instance_id < ${decodeIdCursor(cursor)}::uuid`,
    instanceStatus && sql`i.status = ${instanceStatus}`,
    breaker && (breaker === 'closed' ? sql`not exists (${open} <> 'closed')` : sql`exists (${open} = ${breaker})`),
    busy && (busy === 'true' ? sql`${isBusy}` : sql`not ${isBusy}`),
    organizationId && sql`l.organization_id = ${organizationId}::uuid`,
    userId && sql`l.user_id = ${userId}::uuid`,
    serverId && sql`i.evolution_server_id = ${serverId}::uuid`,
    ...words.map(
      (word) => sql`fold_text(concat_ws(' ', i.name, i.phone, o.name, u.name, u.email)) like ${likePattern(word)}`,
    ),
  ];
  return sql.join(
    conditions.filter((condition) => condition !== undefined && condition !== ''),
    sql` and `,
  );
}

const isBusy = sql`(l.due_at is not null or l.in_flight_message_id is not null
  or exists (select from campaigns c where c.instance_id = l.instance_id and c.status in ('pending', 'running')))`;

const UNCAPPED = 1_000_000;

async function describe(ctx: AppContext, abouts: About[]): Promise<LaneLine[]> {
  if (abouts.length === 0) return [];
  const ids = abouts.map(({ id }) => id);
  const lanes = await readLanes(ctx, sql`where l.instance_id = any(${sql.param(ids)}::uuid[])`);
  const rules = await readRulesOf(
    ctx,
    lanes.map(({ userId }) => userId),
  );
  const asked = lanes.map((lane) => ({ lane, rules: rules.get(lane.userId)! }));
  const ways = await findObstacles(ctx, asked);
  // the pump counts no further than the caps, a person wants to know
  const sent = await readUsages(
    ctx,
    asked.map(({ lane, rules }) => ({
      instanceId: lane.instanceId,
      caps: { daily: { limit: UNCAPPED, reason: 'daily-cap-reached' }, hourly: UNCAPPED, cold: UNCAPPED },
      timeZone: rules.timeZone,
    })),
  );
  const backlogs = await readBacklogs(ctx, ids);
  const known = new Map(
    asked.map((one, index) => [one.lane.instanceId, { ...one, way: ways[index]!, sent: sent[index]! }]),
  );
  return abouts.flatMap((about) => {
    const one = known.get(about.id);
    return one ? [{ ...one, about, backlog: backlogs.get(about.id)! }] : [];
  });
}
