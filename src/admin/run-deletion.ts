import { and, eq, sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { type AppContext, actFor, inTransaction } from '#src/context.ts';
import { userDeletions } from '#src/db/schema/users-kept.ts';
import { closeOrganization } from './close-organization.ts';
import { type Deletion, type DeletionStep, stepAfter } from './deletion.ts';
import { endCampaignsOf } from './end-campaigns-of.ts';
import { endInstancesOf } from './end-instances-of.ts';
import { endOutcomesOf } from './end-outcomes-of.ts';
import { endSinglesOf } from './end-singles-of.ts';
import { eraseFilesOf } from './erase-files-of.ts';
import { eraseRowsOf } from './erase-rows-of.ts';
import { settleCreditsOf } from './settle-credits-of.ts';

/** Repeatable. False: something has to happen elsewhere first, such as a message that is on the wire; to be asked again. */
type Step = (ctx: AppContext, deletion: Deletion, signal: AbortSignal) => Promise<boolean>;

const steps: Record<DeletionStep, Step> = {
  campaigns: endCampaignsOf,
  'single-messages': endSinglesOf,
  instances: endInstancesOf,
  outcomes: endOutcomesOf,
  credits: settleCreditsOf,
  files: eraseFilesOf,
  rows: eraseRowsOf,
  organization: closeOrganization,
};

/** Carries a deletion as far as it goes now. Killed at any point it goes on with the step it was in. */
export async function runDeletion(ctx: AppContext, deletionId: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const [deletion] = await ctx.db.select().from(userDeletions).where(eq(userDeletions.id, deletionId));
    if (deletion?.status !== 'running') return;
    if (!(await steps[deletion.step](ctx, deletion, signal))) return;
    await advance(ctx, deletion);
  }
}

const advance = (ctx: AppContext, deletion: Deletion): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const [now, next] = [ctx.clock.now(), stepAfter(deletion)];
    const over = next === null ? { status: 'completed' as const, endedAt: now } : { step: next };
    const [moved] = await ctx.db
      .update(userDeletions)
      .set({ ...over, doneSteps: sql`${userDeletions.doneSteps} + 1`, updatedAt: now })
      .where(
        and(
          eq(userDeletions.id, deletion.id),
          eq(userDeletions.step, deletion.step),
          eq(userDeletions.status, 'running'),
        ),
      )
      .returning();
    if (!moved || next !== null) return;
    const theirs = actFor(ctx, { organizationId: deletion.organizationId, userId: deletion.requestedBy });
    await recordActivity(theirs, {
      verb: 'admin.finish-deletion',
      subjectType: 'user',
      subjectId: deletion.userId,
      details: { deletionId: deletion.id, scope: deletion.scope, counts: moved.counts },
    });
  });
