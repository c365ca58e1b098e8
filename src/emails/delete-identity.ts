import { and, eq, inArray, isNull } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { requireOwner } from '#src/accounts/require-owner.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { campaigns } from '#src/db/schema/campaigns.ts';
import { sendingIdentities } from '#src/db/schema/emails.ts';
import { notFound, Problem } from '#src/platform/problem.ts';
import { releaseDomainJob } from './jobs.ts';

/** Nothing is sent from it any more; its campaigns keep what they were. Owner only. 409 while a campaign that has not ended uses it. */
export async function deleteIdentity(ctx: OrgContext, id: string): Promise<void> {
  requireOwner(ctx);
  await inTransaction(ctx, async (ctx) => {
    const [identity] = await ctx.db
      .update(sendingIdentities)
      .set({ deletedAt: ctx.clock.now(), updatedAt: ctx.clock.now() })
      .where(
        and(
          eq(sendingIdentities.id, id),
          eq(sendingIdentities.organizationId, ctx.organizationId),
          isNull(sendingIdentities.deletedAt),
        ),
      )
      .returning();
    if (!identity) throw notFound();
    const open = and(eq(campaigns.identityId, id), inArray(campaigns.status, ['pending', 'running', 'paused']));
    if ((await ctx.db.$count(campaigns, open)) > 0)
      throw new Problem('conflict', {
        detail: {
          en: 'A campaign that has not ended sends from it',
          tr: 'Bitmemiş bir kampanya bu kimlikle gönderiyor',
        },
      });
    await recordActivity(ctx, {
      verb: 'emails.delete-identity',
      subjectType: 'sending-identity',
      subjectId: id,
      details: { fromEmail: identity.fromEmail },
    });
    if (identity.carrier === 'ses') await ctx.jobs.send(releaseDomainJob, { domain: identity.domain });
  });
}
