import { and, eq, sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { customerFiles } from '#src/db/schema/customer-files.ts';
import { notFound } from '#src/platform/problem.ts';
import { releaseMediaJob } from './jobs.ts';

/**
 * Takes a file out of a customer's Files tab. A job deletes it, unless the library, another customer, the conversation that brought it, a
 * template or something on its way has it: not here, where the entry is locked, for whoever files the same holds the file and wants the entry.
 * `everywhere`: the messages by which the customer sent it lose it as well. Throws `not-found`.
 */
export const deleteCustomerFile = (
  ctx: OrgContext,
  customerId: string,
  fileId: string,
  { everywhere = false } = {},
): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const { organizationId } = ctx;
    const own = and(eq(customerFiles.id, fileId), eq(customerFiles.customerId, customerId));
    const [gone] = await ctx.db
      .delete(customerFiles)
      .where(and(own, eq(customerFiles.organizationId, organizationId)))
      .returning();
    if (!gone) throw notFound();
    if (everywhere) await takeOutOfConversations(ctx, customerId, gone.mediaId);
    const details = { customerId, name: gone.name, everywhere };
    await recordActivity(ctx, { verb: 'files.delete', subjectType: 'customer-file', subjectId: fileId, details });
    await ctx.jobs.send(releaseMediaJob, {});
  });

/** The messages stay, and say that their file is there no more. */
async function takeOutOfConversations(ctx: OrgContext, customerId: string, mediaId: string): Promise<void> {
  await ctx.db.execute(sql`
    with gone as (
      delete from received_files f using messages m
      where f.media_id = ${mediaId}::uuid and m.id = f.message_id and m.customer_id = ${customerId}::uuid returning f.message_id
    )
    update messages m set media_id = null, attachment_status = 'lost', updated_at = ${ctx.clock.now().toISOString()}::timestamptz
    from gone where m.id = gone.message_id`);
}
