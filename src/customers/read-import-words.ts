import { and, asc, eq, inArray, isNull } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { members, users } from '#src/db/schema/accounts.ts';
import { customFields } from '#src/db/schema/customer-records.ts';
import { foldText } from './fold-text.ts';
import type { CustomField } from './read-custom-cell.ts';

/** What the organization keeps of its customers besides, in its order. */
export function readCustomFields(ctx: OrgContext): Promise<CustomField[]> {
  const { key, label, type, options } = customFields;
  return ctx.db
    .select({ key, label, type, options })
    .from(customFields)
    .where(and(eq(customFields.organizationId, ctx.organizationId), isNull(customFields.deletedAt)))
    .orderBy(asc(customFields.position), asc(customFields.id));
}

/** Which of these fields are there still. They cannot be deleted until the transaction ends. */
export async function keepCustomFields(ctx: OrgContext, keys: string[]): Promise<Set<string>> {
  if (keys.length === 0) return new Set();
  const rows = await ctx.db
    .select({ key: customFields.key })
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
  return new Set(rows.map(({ key }) => key));
}

/** The organization's users, by their folded name and by their email; null where several have a name. */
export async function readConsultants(ctx: OrgContext): Promise<Map<string, string | null>> {
  const rows = await ctx.db
    .select({ id: users.id, name: users.name, email: users.email })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(eq(members.organizationId, ctx.organizationId));
  const found = new Map<string, string | null>();
  for (const { id, name } of rows) {
    const folded = foldText(name);
    found.set(folded, found.has(folded) ? null : id);
  }
  for (const { id, email } of rows) found.set(foldText(email), id);
  return found;
}
