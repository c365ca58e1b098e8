import type { OrgContext } from '#src/context.ts';
import { emailContents } from '#src/db/schema/emails.ts';
import { newId } from '#src/platform/ids.ts';
import type { CompiledContent } from './compose-content.ts';

/** Keeps a compiled content as it is, for ever: what was sent can always be shown. Answers its id. */
export async function saveContent(ctx: OrgContext, { warnings: _, ...content }: CompiledContent): Promise<string> {
  const id = newId();
  await ctx.db
    .insert(emailContents)
    .values({ id, organizationId: ctx.organizationId, ...content, createdAt: ctx.clock.now() });
  return id;
}
