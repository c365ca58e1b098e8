import { isDeepStrictEqual } from 'node:util';
import type { z } from '@hono/zod-openapi';
import { and, eq } from 'drizzle-orm';
import { changesOf } from '#src/accounts/changes-of.ts';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { postgresCode } from '#src/customers/postgres-code.ts';
import { templates } from '#src/db/schema/templates.ts';
import { hasSource, sourceOf } from '#src/emails/source-words.ts';
import { notFound } from '#src/platform/problem.ts';
import { checkContent, type TemplateDraft } from './check-content.ts';
import { blankIsNone } from './create-template.ts';
import { nameTaken } from './name-taken.ts';
import { getTemplate, type TemplateView } from './queries.ts';
import { refuseFields } from './refuse-fields.ts';
import { saveVersion } from './save-version.ts';
import type { TemplateChanges } from './schemas.ts';
import { searchTextOf, shortcutKeyOf } from './search-text.ts';

type Changes = z.output<typeof TemplateChanges>;

/**
 * Changes what is given and makes of it the next version; nothing changed makes none. Two at once make two versions, the second upon the
 * first. Throws a 400 with paths, or `already-exists`.
 */
export const updateTemplate = (ctx: OrgContext, id: string, changes: Changes): Promise<TemplateView> =>
  inTransaction(ctx, async (ctx) => {
    await lockTemplate(ctx, id);
    const before = await getTemplate(ctx, id);
    refuseFields(changes, before.template.channel);
    const old = draftOf(before);
    const draft = change(old, changes);
    if (isDeepStrictEqual(old, draft)) return before;
    const variables = await checkContent(ctx, draft);
    const number = before.template.version + 1;
    await save(ctx, id, draft, number);
    await saveVersion(ctx, id, { number, draft, variables });
    await recordActivity(ctx, {
      verb: 'templates.update',
      subjectType: 'template',
      subjectId: id,
      details: { name: draft.name, version: number, changed: Object.keys(changes) },
      changes: changesOf(old, draft, Object.keys(draft) as (keyof TemplateDraft)[]),
    });
    return getTemplate(ctx, id);
  });

async function lockTemplate(ctx: OrgContext, id: string): Promise<void> {
  const [found] = await ctx.db
    .select({ id: templates.id })
    .from(templates)
    .where(and(eq(templates.id, id), eq(templates.organizationId, ctx.organizationId)))
    .for('no key update');
  if (!found) throw notFound();
}

function draftOf({ template, version, source }: TemplateView): TemplateDraft {
  const { channel, language, category, name, shortcut } = template;
  const { subject, preheader, text, mediaIds } = version;
  return { channel, language, category, name, shortcut, subject, preheader, text, source, mediaIds };
}

/** A quick reply that becomes something else loses its shortcut. */
function change(old: TemplateDraft, changes: Changes): TemplateDraft {
  const { language = old.language, category = old.category, name = old.name, shortcut } = changes;
  const kept = category === 'quick-reply' ? old.shortcut : null;
  return {
    channel: old.channel,
    language,
    category,
    name,
    shortcut: shortcut === undefined ? kept : shortcut,
    subject: changes.subject ?? old.subject,
    preheader: changes.preheader === undefined ? old.preheader : changes.preheader,
    text: changes.text === undefined ? old.text : blankIsNone(changes.text),
    source: hasSource(changes) ? sourceOf(changes) : old.source,
    mediaIds: changes.mediaIds ?? old.mediaIds,
  };
}

async function save(ctx: OrgContext, id: string, draft: TemplateDraft, version: number): Promise<void> {
  const { language, category, name, shortcut } = draft;
  const row = {
    language,
    category,
    name,
    shortcut,
    shortcutKey: shortcutKeyOf(shortcut),
    version,
    searchText: searchTextOf(draft),
    updatedAt: ctx.clock.now(),
  };
  try {
    await ctx.db.transaction((savepoint) => savepoint.update(templates).set(row).where(eq(templates.id, id)));
  } catch (error) {
    if (postgresCode(error) !== '23505') throw error;
    throw await nameTaken(ctx, draft, id);
  }
}
