import type { z } from '@hono/zod-openapi';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { templates } from '#src/db/schema/templates.ts';
import { hasSource, sourceOf } from '#src/emails/source-words.ts';
import { newId } from '#src/platform/ids.ts';
import { checkContent, type TemplateDraft } from './check-content.ts';
import { nameTaken } from './name-taken.ts';
import { getTemplate, type TemplateView } from './queries.ts';
import { refuseFields } from './refuse-fields.ts';
import { saveVersion } from './save-version.ts';
import type { TemplateIn } from './schemas.ts';
import { searchTextOf, shortcutKeyOf } from './search-text.ts';

/** Adds a template and its first version. Throws a 400 with paths, or `already-exists` when its name or shortcut is taken. */
export async function createTemplate(ctx: OrgContext, input: z.output<typeof TemplateIn>): Promise<TemplateView> {
  refuseFields(input, input.channel);
  const draft = draftOf(input);
  const variables = await checkContent(ctx, draft);
  return inTransaction(ctx, async (ctx) => {
    const { organizationId } = ctx;
    const { channel, language, category, name, shortcut } = draft;
    const now = ctx.clock.now();
    const [made] = await ctx.db
      .insert(templates)
      .values({
        id: newId(),
        organizationId,
        channel,
        language,
        category,
        name,
        shortcut,
        shortcutKey: shortcutKeyOf(shortcut),
        version: 1,
        searchText: searchTextOf(draft),
        createdAt: now,
        updatedAt: now,
      })
      .onConflictDoNothing()
      .returning({ id: templates.id });
    if (!made) throw await nameTaken(ctx, draft, null);
    await saveVersion(ctx, made.id, { number: 1, draft, variables });
    await recordActivity(ctx, {
      verb: 'templates.create',
      subjectType: 'template',
      subjectId: made.id,
      details: { name, channel, language },
    });
    return getTemplate(ctx, made.id);
  });
}

const draftOf = (input: z.output<typeof TemplateIn>): TemplateDraft => ({
  channel: input.channel,
  language: input.language,
  category: input.category,
  name: input.name,
  shortcut: input.shortcut ?? null,
  subject: input.subject ?? null,
  preheader: input.preheader ?? null,
  text: blankIsNone(input.text),
  source: hasSource(input) ? sourceOf(input) : null,
  mediaIds: input.mediaIds ?? [],
});

export const blankIsNone = (text: string | null | undefined): string | null => (text?.trim() ? text : null);
