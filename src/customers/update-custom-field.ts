import { and, eq } from 'drizzle-orm';
import { changesOf } from '#src/accounts/changes-of.ts';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { customFields } from '#src/db/schema/customer-records.ts';
import { checkOptions } from './create-custom-field.ts';
import type { CustomField } from './custom-field.ts';
import { getCustomField } from './custom-field-queries.ts';

type Changes = { label?: string | undefined; options?: string[] | undefined; position?: number | undefined };

/** Key and type never change. Values kept of an option that is taken out stay until they are written anew. */
export function updateCustomField(ctx: OrgContext, id: string, input: Changes): Promise<CustomField> {
  return inTransaction(ctx, async (ctx) => {
    const before = await getCustomField(ctx, id, true);
    const [row] = await ctx.db
      .update(customFields)
      .set({
        label: input.label ?? before.label,
        options: input.options === undefined ? before.options : checkOptions(before.type, input.options),
        position: input.position ?? before.position,
        updatedAt: ctx.clock.now(),
      })
      .where(and(eq(customFields.id, id), eq(customFields.organizationId, ctx.organizationId)))
      .returning();
    await recordActivity(ctx, {
      verb: 'custom-fields.update',
      subjectType: 'custom-field',
      subjectId: id,
      changes: changesOf(before, row!, ['label', 'options', 'position']),
    });
    return row!;
  });
}
