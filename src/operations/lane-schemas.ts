import { z } from '@hono/zod-openapi';
import type { Health } from '#src/campaigns/lane.ts';
import { breakerStates, instanceStatuses } from '#src/db/schema/instances.ts';
import { Id, InstantOut, PageQuery, pageOf, toInstant } from '#src/platform/schemas.ts';
import { warmUpDay } from '#src/windows/pacing.ts';
import type { CarrierLine } from './list-carriers.ts';
import type { LaneLine } from './list-lanes.ts';

const Count = z.int().nonnegative();
const Flag = z.enum(['true', 'false']);

export const LaneQuery = PageQuery.extend({
  instanceStatus: z.enum(instanceStatuses).optional(),
  breaker: z.enum(breakerStates).optional(),
  busy: Flag.optional().openapi({ description: 'Whether something is there to be sent, now or later' }),
  organizationId: Id.optional(),
  userId: Id.optional(),
  serverId: Id.optional(),
  search: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .openapi({ description: 'Words of number, organization and user' }),
});

const Breaker = z.object({
  state: z.enum(breakerStates),
  reason: z.string().nullable(),
  retryAt: InstantOut.nullable(),
});
const Cap = z.object({ limit: Count.nullable(), used: Count });

export const LaneOut = z
  .object({
    instance: z.object({
      id: Id,
      name: z.string(),
      phone: z.string().nullable(),
      status: z.enum(instanceStatuses),
      statusReason: z.string().nullable(),
      serverId: Id.nullable(),
    }),
    organization: z.object({ id: Id, name: z.string() }),
    user: z.object({ id: Id, name: z.string(), email: z.string() }),
    state: z.string().openapi({
      description:
        'idle, sending-now, between-messages, next; or why nothing leaves: moving, user-banned, user-removed, switched-off, instance-not-open, ' +
        'outside-sending-window, number-unhealthy, daily-cap-reached, warm-up, hourly-cap-reached',
    }),
    coldState: z
      .string()
      .nullable()
      .openapi({ description: 'Why strangers are not written to: cold-blocked, cold-cap-reached' }),
    nextSendAt: InstantOut.nullable().openapi({
      description: 'Not before; null: somebody must act, or there is nothing to send',
    }),
    dueAt: InstantOut.nullable().openapi({ description: 'When the pump looks at it next; null: when it is woken' }),
    inFlightMessageId: Id.nullable(),
    leasedUntil: InstantOut.nullable(),
    caps: z.object({ today: Cap, hour: Cap, coldToday: Cap }),
    warmUp: z
      .object({ day: z.int().positive(), days: z.int() })
      .nullable()
      .openapi({ description: 'Null: it is over, or off' }),
    breaker: Breaker,
    coldBreaker: Breaker,
    backlog: z.object({ bulk: Count, campaigns: Count, singles: Count, oldestDueAt: InstantOut.nullable() }),
  })
  .openapi('Lane', { description: 'A number’s one queue' });
export const LanePage = pageOf(LaneOut);

const presentBreaker = (health: Health | null) => ({
  state: health?.state ?? ('closed' as const),
  reason: health?.reason ?? null,
  retryAt: toInstant(health?.retryAt ?? null),
});

const instant = (at: string | null) => (at === null ? null : new Date(at).toISOString());

/** The first thing that stands in the way, as the pump sees it. */
function stateOf({ lane, way, about, backlog }: LaneLine, now: Date): { state: string; at: Date | null } {
  if (about.moving) return { state: 'moving', at: null };
  if (lane.inFlightMessageId) return { state: 'sending-now', at: now };
  // single messages go out at any hour and beyond the caps
  const always = ['user-banned', 'user-removed', 'switched-off', 'instance-not-open', 'number-unhealthy'];
  const obstacle = way.obstacle && (backlog.singles === 0 || always.includes(way.obstacle.code)) ? way.obstacle : null;
  if (obstacle) return { state: obstacle.code, at: obstacle.until };
  if (backlog.bulk + backlog.singles === 0) return { state: 'idle', at: null };
  if (lane.nextAllowedAt && lane.nextAllowedAt > now) return { state: 'between-messages', at: lane.nextAllowedAt };
  const due = about.due_at === null ? null : new Date(about.due_at);
  return { state: 'next', at: due && due > now ? due : now };
}

export function presentLane(line: LaneLine, now: Date): z.input<typeof LaneOut> {
  const { lane, rules, way, sent, about, backlog } = line;
  const { state, at } = stateOf(line, now);
  return {
    instance: {
      id: about.id,
      name: about.name,
      phone: about.phone,
      status: about.status,
      statusReason: about.status_reason,
      serverId: about.server_id,
    },
    organization: { id: lane.organizationId, name: about.organization },
    user: { id: lane.userId, name: about.user_name, email: about.email },
    state,
    coldState: way.coldObstacle?.code ?? null,
    nextSendAt: toInstant(at),
    dueAt: instant(about.due_at),
    inFlightMessageId: lane.inFlightMessageId,
    leasedUntil: instant(about.lease_until_at),
    caps: {
      today: { limit: way.caps.daily?.limit ?? null, used: sent.today },
      hour: { limit: way.caps.hourly, used: sent.lastHour },
      coldToday: { limit: way.caps.cold, used: sent.coldToday },
    },
    warmUp: warmUpDay(rules, lane.numberSinceAt, now),
    breaker: presentBreaker(lane.health.all),
    coldBreaker: presentBreaker(lane.health.cold),
    backlog: { ...backlog, oldestDueAt: toInstant(backlog.oldestDueAt) },
  };
}

export const CarrierOut = z
  .object({
    carrier: z.string().openapi({ description: 'Such as `ses:eu-central-1`; never a login' }),
    ratePerSecond: z.number(),
    factor: z.number().openapi({ description: 'Below 1 after the carrier said it was too fast' }),
    tokens: z.number().openapi({ description: 'Mails that may leave at this moment' }),
    dailyQuota: z.int().nullable(),
    sentInDay: Count,
    quotaReadAt: InstantOut.nullable(),
    throttledAt: InstantOut.nullable(),
    closedUntil: InstantOut.nullable(),
    closedReason: z.string().nullable(),
  })
  .openapi('MailCarrier');
export const MailLanesOut = z
  .object({
    data: z.array(CarrierOut),
    backlog: z.object({
      campaigns: Count,
      mails: Count.openapi({ description: 'Still to be written to in running campaigns' }),
      batchesDue: Count,
      batchesLeased: Count,
      oldestDueAt: InstantOut.nullable(),
    }),
    nextCursor: z.null(),
  })
  .openapi('MailLanes');

export const presentCarrier = ({ row, tokens }: CarrierLine): z.input<typeof CarrierOut> => ({
  carrier: row.carrier,
  ratePerSecond: row.ratePerSecond,
  factor: row.factor,
  tokens,
  dailyQuota: row.dailyQuota,
  sentInDay: row.sentInDay,
  quotaReadAt: toInstant(row.quotaReadAt),
  throttledAt: toInstant(row.throttledAt),
  closedUntil: toInstant(row.closedUntilAt),
  closedReason: row.closedReason,
});
