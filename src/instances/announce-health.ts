import { recordActivity } from '#src/accounts/record-activity.ts';
import { type AppContext, actFor, type OrgContext } from '#src/context.ts';
import { publishLiveEvent } from '#src/live/publish-live-event.ts';
import type { LaneHealth } from './breaker.ts';
import type { WatchedNumber } from './watched-number.ts';

/** Tells a number's owner that a breaker opened or closed: live, and in the audit trail as done by whoever acts. */
export async function announceHealth(ctx: AppContext, number: WatchedNumber, health: LaneHealth): Promise<void> {
  const { scope, state, reason, retryAt } = health;
  const org = isOrg(ctx) ? ctx : actFor(ctx, number);
  const id = number.instanceId;
  const details = { scope, state, reason, retryAt: retryAt?.toISOString() ?? null };
  await publishLiveEvent(org, { type: 'instance.health-changed', data: { id, ...details } });
  await recordActivity(org, { verb: 'instances.change-health', subjectType: 'instance', subjectId: id, details });
}

const isOrg = (ctx: AppContext): ctx is OrgContext => 'actor' in ctx;
