import { AsyncLocalStorage } from 'node:async_hooks';

/** In whose name work is done, and from which request it came: every line that is logged meanwhile says so. */
export type Trail = {
  requestId?: string | undefined;
  userId?: string | undefined;
  organizationId?: string | undefined;
  campaignId?: string | undefined;
  job?: string | undefined;
  jobId?: string | undefined;
  traceId?: string | undefined;
  /** W3C, of the span that work goes on under. */
  traceparent?: string | undefined;
};

const trails = new AsyncLocalStorage<Trail>();

/** Does `work` on a trail: what is known already, and more. */
export const onTrail = <T>(more: Trail, work: () => T): T => trails.run({ ...trails.getStore(), ...more }, work);

/** Does `work` on none: what a request happens to set going, and outlives it. */
export const leaveTrail = <T>(work: () => T): T => trails.exit(work);

/** Learned on the way; nothing happens where there is no trail. */
export function noteTrail(more: Trail): void {
  const trail = trails.getStore();
  if (trail) Object.assign(trail, more);
}

export const currentTrail = (): Readonly<Trail> | undefined => trails.getStore();

/** What a line of the log is told of it. */
export function trailFields(): Record<string, unknown> {
  const { traceparent: _, ...fields } = trails.getStore() ?? {};
  return fields;
}

/** What goes along with a job that a request sends: whose it is, and where it came from. */
export function baggage(): Trail | undefined {
  const { requestId, traceparent, userId, organizationId, campaignId } = trails.getStore() ?? {};
  if (!requestId && !traceparent) return undefined;
  const all = { requestId, traceparent, userId, organizationId, campaignId };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
