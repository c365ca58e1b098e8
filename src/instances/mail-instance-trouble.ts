import { eq } from 'drizzle-orm';
import { findCorrespondent } from '#src/accounts/find-correspondent.ts';
import type { AppContext } from '#src/context.ts';
import { organizations } from '#src/db/schema/accounts.ts';
import { instances } from '#src/db/schema/instances.ts';
import { queueMail } from '#src/mails/queue-mail.ts';

/** Tells an instance's user by mail what became of it; in the transaction of the change itself. */
export async function mailInstanceTrouble(
  ctx: AppContext,
  kind: 'instance-disconnected' | 'instance-unhealthy',
  instanceId: string,
): Promise<void> {
  const [found] = await ctx.db
    .select({ userId: instances.userId, instance: instances.name, organization: organizations.name })
    .from(instances)
    .innerJoin(organizations, eq(organizations.id, instances.organizationId))
    .where(eq(instances.id, instanceId));
  const person = found && (await findCorrespondent(ctx, found));
  if (!person) return;
  const { instance, organization } = found;
  const { organizationId, language, email: address } = person;
  await queueMail(ctx, { kind, organizationId, language, address, data: { instance, organization } });
}
