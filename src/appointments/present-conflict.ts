import type { OrgContext } from '#src/context.ts';
import type { Span } from './appointment.ts';
import type { Conflict } from './find-conflicts.ts';

/** What stands in the way; of a colleague's appointment only when it is. */
export function presentConflict(ctx: OrgContext, { startsAt, endsAt, with: other }: Conflict) {
  const { id, status, consultantId, customerId, title, seriesId, createdById } = other;
  const seen = ctx.role === 'owner' || consultantId === ctx.userId || createdById === ctx.userId;
  const known = seen
    ? { id, title, customerId, seriesId }
    : { id: null, title: null, customerId: null, seriesId: null };
  return {
    ...presentSpan({ startsAt, endsAt }),
    appointment: { ...known, consultantId, status, ...presentSpan(other), bufferMinutes: other.bufferMinutes },
  };
}

export const presentSpan = ({ startsAt, endsAt }: Span) => ({
  startsAt: startsAt.toISOString(),
  endsAt: endsAt.toISOString(),
});
