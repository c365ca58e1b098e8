import type { AppContext, OrgContext } from '#src/context.ts';
import { activities } from '#src/db/schema/activities.ts';
import type { Changes } from './changes-of.ts';

export type Activity = {
  /** `campaigns.pause`: room, then what was done. */
  verb: string;
  subjectType: string;
  subjectId?: string | null;
  /** Small, and without secrets. */
  details?: Record<string, unknown>;
  /** Of an edit: `changesOf(before, after, fields)`. What is personal about a customer stands here only: erasing him reaches it. */
  changes?: Changes;
};

/** Null for the user: nobody of ours did it. */
type ActingContext = AppContext &
  Pick<OrgContext, 'actor' | 'requestId' | 'address' | 'impersonatorId'> & {
    /** Null: the platform's own. */
    organizationId: string | null;
    userId: string | null;
  };

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
    changes: activity.changes && Object.keys(activity.changes).length > 0 ? activity.changes : null,
    impersonatorId: ctx.impersonatorId,
    address: ctx.address,
    requestId: ctx.requestId,
    createdAt: ctx.clock.now(),
  });
}
