import { and, asc, eq, gt, isNotNull, isNull } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { evolutionServers, instances } from '#src/db/schema/instances.ts';
import { clientOf } from './client-of.ts';
import type { InstanceWithServer } from './queries.ts';
import { webhookOf } from './webhook-of.ts';

const A_PAGE = 100;

/** Has Evolution call us where and about what we want, wherever it does otherwise. One call an instance, one at a time. */
export async function checkWebhooks(ctx: AppContext): Promise<void> {
  for (let after: string | null = null; ; ) {
    const page: InstanceWithServer[] = await readPage(ctx, after);
    for (const found of page) await checkWebhook(ctx, found);
    if (page.length < A_PAGE) return;
    after = page.at(-1)!.instance.id;
  }
}

const readPage = (ctx: AppContext, after: string | null): Promise<InstanceWithServer[]> =>
  ctx.db
    .select({ instance: instances, server: evolutionServers })
    .from(instances)
    .innerJoin(evolutionServers, eq(instances.evolutionServerId, evolutionServers.id))
    .where(
      and(
        isNull(instances.deletingAt),
        isNull(instances.deletedAt),
        isNotNull(instances.provisionedAt),
        after ? gt(instances.id, after) : undefined,
      ),
    )
    .orderBy(asc(instances.id))
    .limit(A_PAGE);

async function checkWebhook(ctx: AppContext, { instance, server }: InstanceWithServer): Promise<void> {
  const client = clientOf(ctx, server);
  const wanted = webhookOf(ctx, instance);
  const found = await client.findWebhook(instance.providerName);
  if (found.kind !== 'accepted') return;
  const known = found.value;
  const sameEvents = known && [...known.events].sort().join() === [...wanted.events].sort().join();
  if (known && known.url === wanted.url && sameEvents && known.headers.jwt_key === wanted.headers.jwt_key) return;
  const set = await client.setWebhook(instance.providerName, wanted);
  if (set.kind !== 'accepted')
    ctx.log.warn({ instanceId: instance.id, cause: set.cause }, 'evolution did not take the webhook');
}
