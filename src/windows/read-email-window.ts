import { eq } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { type EmailWindow, organizations } from '#src/db/schema/accounts.ts';

/** The hours that an organization has set for its marketing mail; null: none, it goes out at any time. */
export async function readEmailWindow(ctx: AppContext, organizationId: string): Promise<EmailWindow | null> {
  const [row] = await ctx.db
    .select({ window: organizations.emailWindow })
    .from(organizations)
    .where(eq(organizations.id, organizationId));
  return row?.window ?? null;
}
