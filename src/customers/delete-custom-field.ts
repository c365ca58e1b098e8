import { eq } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { customFields } from '#src/db/schema/customer-records.ts';
import { getCustomField } from './custom-field-queries.ts';
import { clearCustomFieldJob } from './jobs.ts';

/** Takes the field out at once; a job removes its values, and then its key is free again. */
export function deleteCustomField(ctx: OrgContext, id: string): Promise<void> {
  return inTransaction(ctx, async (ctx) => {
    const { key } = await getCustomField(ctx, id, true);
    const now = ctx.clock.now();
    await ctx.db.update(customFields).set({ deletedAt: now, updatedAt: now }).where(eq(customFields.id, id));
    await ctx.jobs.send(clearCustomFieldJob, { fieldId: id });
    await recordActivity(ctx, {
      verb: 'custom-fields.delete',
      subjectType: 'custom-field',
      subjectId: id,
      details: { key },
    });
  });
}
