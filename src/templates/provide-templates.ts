import { eq } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { organizations } from '#src/db/schema/accounts.ts';
import { templates, templateVersions } from '#src/db/schema/templates.ts';
import { newId } from '#src/platform/ids.ts';
import type { Language } from '#src/platform/language.ts';
import { checkVariables } from './check-variables.ts';
import { providedDrafts } from './provided/provided-drafts.ts';
import { searchTextOf, shortcutKeyOf } from './search-text.ts';

/**
 * Gives an organization the templates that come with an account, as far as it has them not: in two statements, in the transaction of the
 * caller. A name or shortcut that somebody took stays his. Answers how many were added.
 */
export async function provideTemplates(
  ctx: AppContext,
  { organizationId, language }: { organizationId: string; language: Language },
): Promise<number> {
  const at = ctx.clock.now();
  const drafts = providedDrafts(language).map((draft) => ({ id: newId(), draft }));
  const added = await ctx.db
    .insert(templates)
    .values(
      drafts.map(({ id, draft: { channel, language, category, name, shortcut, providedKey } }) => ({
        id,
        organizationId,
        channel,
        language,
        category,
        name,
        shortcut,
        shortcutKey: shortcutKeyOf(shortcut),
        providedKey,
        version: 1,
        searchText: searchTextOf({ name, shortcut }),
        createdAt: at,
        updatedAt: at,
      })),
    )
    .onConflictDoNothing()
    .returning({ id: templates.id });
  const made = new Set(added.map(({ id }) => id));
  const versions = drafts
    .filter(({ id }) => made.has(id))
    .map(({ id, draft }) => {
      const { channel: _, providedKey: __, ...content } = draft;
      return { ...content, organizationId, templateId: id, number: 1, variables: checkVariables(draft), createdAt: at };
    });
  if (versions.length > 0) await ctx.db.insert(templateVersions).values(versions);
  await ctx.db.update(organizations).set({ templatesProvidedAt: at }).where(eq(organizations.id, organizationId));
  return versions.length;
}
