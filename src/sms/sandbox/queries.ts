import { and, desc, ilike, lt, or } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { likePattern } from '#src/customers/customer.ts';
import { sandboxSms } from '#src/db/schema/sms.ts';
import { decodeIdCursor, type Page, toPage } from '#src/platform/cursor.ts';

export type SandboxSms = typeof sandboxSms.$inferSelect;

/** What the sandbox took, newest first; `search` is part of a phone or of a text. */
export async function listSandboxSms(
  ctx: AppContext,
  { search, limit, cursor }: { search?: string | undefined; limit: number; cursor?: string | undefined },
): Promise<Page<SandboxSms>> {
  const words = (search ?? '').split(/\s+/).filter(Boolean);
  const rows = await ctx.db
    .select()
    .from(sandboxSms)
    .where(
      and(
        cursor ? lt(sandboxSms.id, decodeIdCursor(cursor)) : undefined,
        ...words.map((word) =>
          or(ilike(sandboxSms.phone, likePattern(word)), ilike(sandboxSms.body, likePattern(word))),
        ),
      ),
    )
    .orderBy(desc(sandboxSms.id))
    .limit(limit + 1);
  return toPage(rows, limit, ({ id }) => [id]);
}
