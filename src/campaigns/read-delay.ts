import { invalid } from '#src/platform/problem.ts';
import type { SendingRules } from '#src/windows/read-sending-rules.ts';

type Delay = { minSeconds: number; maxSeconds: number };

/** The campaign's own delay, or its user's; throws a 400 for one below the platform's floor. */
export function readDelay(rules: SendingRules, given: Delay | null | undefined): Delay {
  if (!given) return { minSeconds: rules.delayMinSeconds, maxSeconds: rules.delayMaxSeconds };
  const floor = rules.delayFloorSeconds;
  if (given.minSeconds < floor) throw invalid('delay.minSeconds', { en: `At least ${floor}`, tr: `En az ${floor}` });
  return given;
}
