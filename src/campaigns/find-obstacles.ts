import type { Barred } from '#src/accounts/barred-sql.ts';
import type { AppContext } from '#src/context.ts';
import type { CarrierTrouble } from '#src/emails/next-slice.ts';
import { type Passage, passage } from '#src/instances/breaker.ts';
import type { SendingRules } from '#src/windows/read-sending-rules.ts';
import { isOpenAt, nextOpening } from '#src/windows/sending-window.ts';
import type { DueLane } from './lane.ts';
import { localMidnight } from './local-midnight.ts';
import { type Caps, capsOf, readUsages, type Usage } from './read-usages.ts';

export type Obstacle = {
  code:
    | Barred
    | 'instance-not-open'
    | 'switched-off'
    | 'outside-sending-window'
    | 'number-unhealthy'
    | 'daily-cap-reached'
    | 'warm-up'
    | 'hourly-cap-reached'
    | 'cold-blocked'
    | 'cold-cap-reached'
    | 'identity-not-verified'
    | CarrierTrouble;
  /** When it may be gone; null: when somebody does something about it. */
  until: Date | null;
  /**
   * How its campaigns wait. `running`: for minutes or hours, and the lane itself looks again at `until` (a closing window then sends
   * them on). `pending`: for another day, or while the lane's other campaigns go on. `paused`: until a person resumes them.
   */
  as: 'running' | 'pending' | 'paused';
};

/** Whether a number may send at this moment, and what it may send. */
export type Way = {
  /** Nothing may go out. */
  obstacle: Obstacle | null;
  /** Nothing may go out to customers never written with before. */
  coldObstacle: Obstacle | null;
  /** The next message is a probe: whether the number, or writing to strangers, works again. */
  probes: { all: boolean; cold: boolean };
  caps: Caps;
  usage: Usage;
};

type Asked = { lane: DueLane; rules: SendingRules };

/** The one place where it is decided whether numbers may send now. Both the claim and `/decision` ask here. */
export async function findObstacles(ctx: AppContext, asked: Asked[]): Promise<Way[]> {
  const now = ctx.clock.now();
  const counted = asked.map(({ lane, rules }) => ({
    instanceId: lane.instanceId,
    caps: capsOf(rules, lane.numberSinceAt, now),
    timeZone: rules.timeZone,
  }));
  const usages = await readUsages(ctx, counted);
  return asked.map((one, index) => wayOf(one, counted[index]!.caps, usages[index]!, now));
}

function wayOf({ lane, rules }: Asked, caps: Caps, usage: Usage, now: Date): Way {
  const all = passage(lane.health.all, now);
  const cold = passage(lane.health.cold, now);
  const before = obstacleOf(lane) ?? closedOf(rules, now) ?? shutBy(all, 'number-unhealthy', 'running');
  return {
    obstacle: before ?? dailyOf(rules, caps, usage, now) ?? hourlyOf(usage),
    coldObstacle: shutBy(cold, 'cold-blocked', 'pending') ?? coldOf(rules, caps, usage, now),
    probes: { all: all.kind === 'probe', cold: cold.kind === 'probe' },
    caps,
    usage,
  };
}

function obstacleOf({ barred, instanceOpen, switchedOff }: DueLane): Obstacle | null {
  if (barred) return { code: barred, until: null, as: 'paused' };
  if (switchedOff) return { code: 'switched-off', until: null, as: 'running' };
  return instanceOpen ? null : { code: 'instance-not-open', until: null, as: 'running' };
}

const closedOf = ({ startWindow }: SendingRules, now: Date): Obstacle | null =>
  isOpenAt(startWindow, now)
    ? null
    : { code: 'outside-sending-window', until: nextOpening(startWindow, now), as: 'pending' };

const shutBy = (way: Passage, code: Obstacle['code'], as: Obstacle['as']): Obstacle | null =>
  way.kind === 'shut' ? { code, until: way.until, as } : null;

const dailyOf = (rules: SendingRules, { daily }: Caps, { today }: Usage, now: Date): Obstacle | null =>
  daily && today >= daily.limit ? { code: daily.reason, until: tomorrow(rules, now), as: 'pending' } : null;

const hourlyOf = ({ hourFreeAt }: Usage): Obstacle | null =>
  hourFreeAt ? { code: 'hourly-cap-reached', until: hourFreeAt, as: 'running' } : null;

const coldOf = (rules: SendingRules, { cold }: Caps, { coldToday }: Usage, now: Date): Obstacle | null =>
  cold !== null && coldToday >= cold ? { code: 'cold-cap-reached', until: tomorrow(rules, now), as: 'pending' } : null;

const tomorrow = ({ startWindow, timeZone }: SendingRules, now: Date): Date | null =>
  nextOpening(startWindow, localMidnight(now, timeZone, 1));
