import { inTransaction, type OrgContext } from '#src/context.ts';
import { breakerScopes } from '#src/db/schema/instances.ts';
import { closeBreaker } from './close-breaker.ts';
import { getInstance } from './queries.ts';

/** A person says that a number is well: it sends at once, and is judged only by what it sends from now on. */
export const resetHealth = (ctx: OrgContext, id: string): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const { instance } = await getInstance(ctx, id);
    for (const scope of breakerScopes)
      await closeBreaker(ctx, { ...instance, instanceId: id }, scope, { forgive: true });
  });
