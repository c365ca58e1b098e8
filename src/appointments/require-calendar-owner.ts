import type { OrgContext } from '#src/context.ts';
import { requireConsultant } from '#src/customers/require-consultant.ts';
import { Problem } from '#src/platform/problem.ts';

/** Whose hours or days off: a user's, or the whole organization's (null). */
export type CalendarOf = string | 'organization' | undefined;

/** Left out, it is the caller's own. Throws `invalid-request` for somebody who is no user of the organization. */
export async function readCalendarOwner(ctx: OrgContext, of: CalendarOf): Promise<string | null> {
  if (of === 'organization') return null;
  await requireConsultant(ctx, of);
  return of ?? ctx.userId;
}

/** An owner sets everybody's, a consultant his own. Throws `forbidden`. */
export function requireCalendarOwner(ctx: OrgContext, consultantId: string | null): void {
  if (ctx.role === 'owner' || consultantId?.toLowerCase() === ctx.userId) return;
  throw new Problem('forbidden', {
    detail: {
      en: 'Only the owner of the organization may do this for others',
      tr: 'Bunu başkaları için yalnızca firmanın sahibi yapabilir',
    },
  });
}
