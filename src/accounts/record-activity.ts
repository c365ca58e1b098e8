import type { AppContext, OrgContext } from '#src/context.ts';
import { activities } from '#src/db/schema/accounts.ts';

export type Activity = {
  /** `campaigns.pause`: room, then what was done. */
  verb: string;
  subjectType: string;
  subjectId?: string | null;
  /** Small, and without secrets. */
  details?: Record<string, unknown>;
};

/** Null for the user: nobody of ours did it. */
type ActingContext = AppContext &
  Pick<OrgContext, 'organizationId' | 'actor' | 'requestId'> & { userId: string | null };

/** Writes down who did what; inside `inTransaction` it stands or falls with the change itself. */
export async function recordActivity(ctx: ActingContext, activity: Activity): Promise<void> {
  await ctx.db.insert(activities).values({
    organizationId: ctx.organizationId,
    userId: ctx.userId,
    actorType: ctx.actor.type,
    actorId: ctx.actor.id,
    verb: activity.verb,
    subjectType: activity.subjectType,
    subjectId: activity.subjectId ?? null,
    details: activity.details ?? {},
    requestId: ctx.requestId,
    createdAt: ctx.clock.now(),
  });
}
