import { and, eq, isNull, type SQL } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { webhookEndpoints } from '#src/db/schema/webhooks.ts';
import { notFound, Problem } from '#src/platform/problem.ts';

export type Endpoint = typeof webhookEndpoints.$inferSelect;

/** The organization's own endpoint of that id. */
export const ownEndpoint = (ctx: OrgContext, id: string): SQL =>
  and(
    eq(webhookEndpoints.id, id),
    eq(webhookEndpoints.organizationId, ctx.organizationId),
    isNull(webhookEndpoints.deletedAt),
  )!;

/** Owner only. Throws `not-found`. */
export async function requireEndpoint(ctx: OrgContext, id: string): Promise<Endpoint> {
  requireOwnership(ctx);
  const [endpoint] = await ctx.db.select().from(webhookEndpoints).where(ownEndpoint(ctx, id));
  if (!endpoint) throw notFound();
  return endpoint;
}

/** Where everything that happens in an organization is sent is for its owner to say, himself or by a key of his. Throws `forbidden`. */
export function requireOwnership({ role }: OrgContext): void {
  if (role === 'owner') return;
  throw new Problem('forbidden', {
    detail: {
      en: 'Only the owner of the organization, or a key of his, may do this',
      tr: 'Bunu yalnızca firmanın sahibi ya da onun bir anahtarı yapabilir',
    },
  });
}
