import { eq } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { emailContents } from '#src/db/schema/emails.ts';

/** Where the link of that number leads; null: there is none. */
export type LinkTargets = { find(ctx: AppContext, contentId: string, link: number): Promise<string | null> };

const MOST_KEPT = 500;

/** What the links of contents lead to. A content never changes, so each is read once. */
export function createLinkTargets(): LinkTargets {
  const kept = new Map<string, readonly string[]>();
  return {
    async find(ctx, contentId, link) {
      const links = kept.get(contentId) ?? (await readLinks(ctx, contentId));
      if (!links) return null;
      if (kept.size >= MOST_KEPT) kept.clear();
      kept.set(contentId, links);
      return links[link - 1] ?? null;
    },
  };
}

async function readLinks(ctx: AppContext, contentId: string): Promise<readonly string[] | undefined> {
  const [row] = await ctx.db
    .select({ links: emailContents.links })
    .from(emailContents)
    .where(eq(emailContents.id, contentId));
  return row?.links;
}
