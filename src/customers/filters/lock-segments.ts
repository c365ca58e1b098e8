import { and, eq, ne, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { organizations } from '#src/db/schema/accounts.ts';
import { segments } from '#src/db/schema/customer-records.ts';
import { Problem } from '#src/platform/problem.ts';

/** One change of an organization's segments at a time: two at once could put each into the other. */
export async function lockSegments(ctx: OrgContext): Promise<void> {
  await ctx.db
    .select({ id: organizations.id })
    .from(organizations)
    .where(eq(organizations.id, ctx.organizationId))
    .for('no key update');
}

/** Throws `already-exists` when another segment has the name, however cased. */
export async function requireFreeName(ctx: OrgContext, name: string, id: string): Promise<void> {
  const [taken] = await ctx.db
    .select({ id: segments.id })
    .from(segments)
    .where(
      and(
        eq(segments.organizationId, ctx.organizationId),
        eq(sql`lower(${segments.name})`, sql`lower(${name})`),
        ne(segments.id, id),
      ),
    );
  if (!taken) return;
  throw new Problem('already-exists', {
    detail: { en: 'A segment with this name exists already', tr: 'Bu adda bir segment zaten var' },
    members: { segmentId: taken.id },
  });
}
