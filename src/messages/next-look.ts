import type { AppContext } from '#src/context.ts';

/** Seconds after the intent at which an unknown message is looked for; first only in the webhooks that came. */
const UNKNOWN_SECONDS = [5, 60, 240, 600];
/** Seconds after acceptance at which a message without any ack is asked about. */
const UNCONFIRMED_SECONDS = [600, 3_600, 86_400];
/** When Evolution did not answer. */
const ASK_AGAIN_SECONDS = 60;

/** When to look next, `tries` looks having been taken; null when that was the last. */
export function nextLook(ctx: AppContext, status: 'unknown' | 'sent', tries: number, since: Date): Date | null {
  const seconds = (status === 'unknown' ? UNKNOWN_SECONDS : UNCONFIRMED_SECONDS)[tries];
  return seconds === undefined ? null : after(ctx, since, seconds);
}

/** When to ask again what could not be asked now. */
export const askAgainAt = (ctx: AppContext): Date => after(ctx, ctx.clock.now(), ASK_AGAIN_SECONDS);

const after = (ctx: AppContext, since: Date, seconds: number): Date =>
  new Date(since.getTime() + (seconds * 1000) / ctx.config.recoverySpeed);
