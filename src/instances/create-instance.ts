import { and, eq, isNull } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { instances, lanes } from '#src/db/schema/instances.ts';
import { newId } from '#src/platform/ids.ts';
import { Problem } from '#src/platform/problem.ts';
import { newIdentity } from './new-identity.ts';
import { placeInstance } from './place-instance.ts';
import { provisionInstance } from './provision-instance.ts';
import { getInstance, type InstanceView } from './queries.ts';
import { readNumber } from './read-number.ts';

/**
 * Gives the caller his WhatsApp connection: one a user (`already-exists`), on the least full server. The row is committed
 * before Evolution is asked; the sweep repairs what a crash or an unanswered call leaves open.
 */
export async function createInstance(
  ctx: OrgContext,
  input: { name?: string | undefined; number?: string | undefined },
): Promise<InstanceView> {
  const number = input.number === undefined ? null : await readNumber(ctx, input.number);
  const id = await inTransaction(ctx, async (ctx) => insertInstance(ctx, input.name));
  const provisioned = await provisionInstance(ctx, id, number);
  if (provisioned === 'refused') {
    await ctx.db.delete(instances).where(and(eq(instances.id, id), isNull(instances.provisionedAt)));
    throw new Problem('whatsapp-unavailable', { headers: { 'Retry-After': '30' } });
  }
  return getInstance(ctx, id);
}

async function insertInstance(ctx: OrgContext, name: string | undefined): Promise<string> {
  await refuseSecond(ctx);
  const id = newId();
  const now = ctx.clock.now();
  const [row] = await ctx.db
    .insert(instances)
    .values({
      id,
      organizationId: ctx.organizationId,
      userId: ctx.userId,
      evolutionServerId: await placeInstance(ctx),
      name: name ?? 'WhatsApp',
      ...newIdentity(ctx, id),
      statusChangedAt: now,
      createdAt: now,
      updatedAt: now,
    })
    .onConflictDoNothing()
    .returning({ id: instances.id });
  if (!row) return refuseSecond(ctx).then(() => insertInstance(ctx, name));
  const { organizationId, userId } = ctx;
  await ctx.db.insert(lanes).values({ instanceId: id, organizationId, userId });
  await recordActivity(ctx, { verb: 'instances.create', subjectType: 'instance', subjectId: id });
  return id;
}

async function refuseSecond(ctx: OrgContext): Promise<void> {
  const [living] = await ctx.db
    .select({ id: instances.id })
    .from(instances)
    .where(and(eq(instances.userId, ctx.userId), isNull(instances.deletingAt), isNull(instances.deletedAt)));
  if (!living) return;
  throw new Problem('already-exists', {
    detail: { en: 'You have a WhatsApp connection already', tr: 'Zaten bir WhatsApp bağlantınız var' },
    members: { id: living.id },
  });
}
