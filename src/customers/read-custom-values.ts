import { and, eq, inArray, isNull } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { customFields } from '#src/db/schema/customer-records.ts';
import type { CustomFieldValue } from '#src/db/schema/customers.ts';
import { type FieldError, Problem } from '#src/platform/problem.ts';
import { readFieldValue } from './custom-field.ts';

type Values = Record<string, CustomFieldValue>;

/**
 * What a customer keeps in the organization's own fields after `given` is laid over `before`: what is left out stays, null clears. Throws
 * `invalid-request` for a field there is not and for a value of another type. Keeps the fields from being deleted meanwhile.
 */
export async function readCustomValues(
  ctx: OrgContext,
  before: Values,
  given: Record<string, unknown> | undefined,
): Promise<Values> {
  const keys = Object.keys(given ?? {});
  if (keys.length === 0) return before;
  const fields = await ctx.db
    .select()
    .from(customFields)
    .where(
      and(
        eq(customFields.organizationId, ctx.organizationId),
        inArray(customFields.key, keys),
        isNull(customFields.deletedAt),
      ),
    )
    .orderBy(customFields.id)
    .for('key share');
  const known = new Map(fields.map((field) => [field.key, field]));
  const after = { ...before };
  const errors: FieldError[] = [];
  for (const key of keys) {
    const field = known.get(key);
    const read = field ? readFieldValue(field, given![key]) : UNKNOWN;
    if (!read.ok) errors.push({ path: `customFields.${key}`, message: read.reason });
    else if (read.value === null) delete after[key];
    else after[key] = read.value;
  }
  if (errors.length > 0) throw new Problem('invalid-request', { errors });
  return after;
}

const UNKNOWN = { ok: false, reason: { en: 'No such custom field', tr: 'Böyle bir özel alan yok' } } as const;
