import { and, eq, isNull } from 'drizzle-orm';
import { type AppContext, actFor } from '#src/context.ts';
import { instances } from '#src/db/schema/instances.ts';
import { removeIntegration } from '#src/instances/remove-integration.ts';
import { Problem } from '#src/platform/problem.ts';

/** Nothing to take away there: switched off on its server, or the connection is gone. */
const ABSENT = new Set(['integration-off', 'not-found']);

/** Takes Chatwoot and Typebot off a user's connections: they write by themselves, past all lanes. Repeatable. */
export async function stillIntegrations(ctx: AppContext, userId: string): Promise<void> {
  const living = and(eq(instances.userId, userId), isNull(instances.deletingAt), isNull(instances.deletedAt));
  for (const { id, organizationId } of await ctx.db.select().from(instances).where(living))
    for (const kind of ['chatwoot', 'typebot'] as const)
      await removeIntegration(actFor(ctx, { organizationId, userId }), id, kind).catch((error: unknown) => {
        if (!(error instanceof Problem && ABSENT.has(error.code))) throw error;
      });
}
