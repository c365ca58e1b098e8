import { and, eq, isNull } from 'drizzle-orm';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { organizations } from '#src/db/schema/accounts.ts';
import { readSendingRules } from '#src/windows/read-sending-rules.ts';
import { provideTemplates } from './provide-templates.ts';

/** An organization from before there were templates gets those that come with an account when somebody first looks at them; once. */
export async function provideOnce(ctx: OrgContext): Promise<void> {
  const waiting = and(eq(organizations.id, ctx.organizationId), isNull(organizations.templatesProvidedAt));
  const [found] = await ctx.db.select({ id: organizations.id }).from(organizations).where(waiting);
  if (!found) return;
  await inTransaction(ctx, async (ctx) => {
    const [mine] = await ctx.db
      .update(organizations)
      .set({ templatesProvidedAt: ctx.clock.now() })
      .where(waiting)
      .returning({ id: organizations.id });
    if (!mine) return;
    const { locale: language } = await readSendingRules(ctx, ctx.userId);
    await provideTemplates(ctx, { organizationId: ctx.organizationId, language });
  });
}
