import { and, eq, isNull, sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { customFields } from '#src/db/schema/customer-records.ts';
import { newId } from '#src/platform/ids.ts';
import { invalid, Problem } from '#src/platform/problem.ts';
import { type CustomField, fieldLimits } from './custom-field.ts';

type NewField = Pick<CustomField, 'key' | 'label' | 'type'> & {
  options?: string[] | undefined;
  position?: number | undefined;
};

const FULL = {
  en: `At most ${fieldLimits.fields} fields`,
  tr: `En çok ${fieldLimits.fields} alan tanımlanabilir`,
};

/** Adds a field of the organization's own, at the end unless told where. Throws `already-exists` for a key that is in use or still being cleared. */
export function createCustomField(ctx: OrgContext, input: NewField): Promise<CustomField> {
  return inTransaction(ctx, async (ctx) => {
    const { organizationId } = ctx;
    await ctx.db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`custom-fields:${organizationId}`}, 0))`);
    const standing = await ctx.db
      .select({ position: customFields.position })
      .from(customFields)
      .where(and(eq(customFields.organizationId, organizationId), isNull(customFields.deletedAt)));
    if (standing.length >= fieldLimits.fields) throw invalid('body', FULL);
    const now = ctx.clock.now();
    const [row] = await ctx.db
      .insert(customFields)
      .values({
        id: newId(),
        organizationId,
        key: input.key,
        label: input.label,
        type: input.type,
        options: checkOptions(input.type, input.options ?? []),
        position: input.position ?? Math.max(0, ...standing.map(({ position }) => position + 1)),
        createdAt: now,
        updatedAt: now,
      })
      .onConflictDoNothing()
      .returning();
    if (!row) throw await keyTaken(ctx, input.key);
    await recordActivity(ctx, {
      verb: 'custom-fields.create',
      subjectType: 'custom-field',
      subjectId: row.id,
      details: { key: row.key, type: row.type },
    });
    return row;
  });
}

/** Options as they are kept. Throws `invalid-request` where the type has none, or needs some. */
export function checkOptions(type: CustomField['type'], options: string[]): string[] {
  const chosen = type === 'select' || type === 'multi-select';
  if (chosen === options.length > 0) return options;
  throw invalid(
    'options',
    chosen
      ? { en: 'Give at least one option', tr: 'En az bir seçenek verin' }
      : {
          en: 'Only select and multi-select have options',
          tr: 'Yalnızca select ve multi-select alanlarının seçenekleri olur',
        },
  );
}

async function keyTaken(ctx: OrgContext, key: string): Promise<Problem> {
  const [held] = await ctx.db
    .select({ id: customFields.id, deletedAt: customFields.deletedAt })
    .from(customFields)
    .where(and(eq(customFields.organizationId, ctx.organizationId), eq(customFields.key, key)));
  const detail = held?.deletedAt
    ? {
        en: 'A field with this key was deleted and its values are still being removed; try again in a moment',
        tr: 'Bu anahtarlı bir alan silindi ve değerleri hâlâ kaldırılıyor; biraz sonra yeniden deneyin',
      }
    : { en: 'A field with this key exists already', tr: 'Bu anahtarla bir alan zaten var' };
  return new Problem('already-exists', { detail, members: { customFieldId: held?.id ?? null } });
}
