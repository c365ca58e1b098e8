import { eq } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { evolutionServers } from '#src/db/schema/instances.ts';
import type { Sender } from './sender-of.ts';

/** Keeps whether this server uses the message ids that we choose, as its latest answer showed. Writes only news. */
export async function learnMessageIds(ctx: AppContext, sender: Sender, keepsOwnMessageId: boolean): Promise<void> {
  if (sender.keepsOwnMessageId === keepsOwnMessageId) return;
  await ctx.db
    .update(evolutionServers)
    .set({ keepsOwnMessageId, updatedAt: ctx.clock.now() })
    .where(eq(evolutionServers.id, sender.evolutionServerId));
}
