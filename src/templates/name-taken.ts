import { and, eq, or, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { templates } from '#src/db/schema/templates.ts';
import { Problem } from '#src/platform/problem.ts';
import type { TemplateDraft } from './check-content.ts';
import { shortcutKeyOf } from './search-text.ts';

/** Another template has this name in this channel and language, or this shortcut. */
export async function nameTaken(ctx: OrgContext, draft: TemplateDraft, own: string | null): Promise<Problem> {
  const { name, channel, language, shortcut } = draft;
  const key = shortcutKeyOf(shortcut);
  const named = and(
    eq(sql`lower(${templates.name})`, sql`lower(${name})`),
    eq(templates.channel, channel),
    eq(templates.language, language),
  );
  const found = await ctx.db
    .select({ id: templates.id, shortcutKey: templates.shortcutKey })
    .from(templates)
    .where(
      and(
        eq(templates.organizationId, ctx.organizationId),
        or(named, key === null ? undefined : eq(templates.shortcutKey, key)),
      ),
    )
    .limit(3);
  const other = found.find(({ id }) => id !== own);
  const byShortcut = key !== null && other?.shortcutKey === key;
  return new Problem('already-exists', {
    detail: byShortcut
      ? { en: 'A quick reply with this shortcut exists already', tr: 'Bu kısayolla bir hızlı yanıt zaten var' }
      : {
          en: 'A template with this name exists already in this channel and language',
          tr: 'Bu kanalda ve dilde bu adla bir şablon zaten var',
        },
    members: { templateId: other?.id ?? null },
  });
}
