import { and, desc, eq, like, lt, type SQL } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { likePattern } from '#src/customers/customer.ts';
import { foldText } from '#src/customers/fold-text.ts';
import { users } from '#src/db/schema/accounts.ts';
import type { EmailSource } from '#src/db/schema/emails.ts';
import { templates, templateVersions } from '#src/db/schema/templates.ts';
import { decodeCursor, decodeIdCursor, isInteger, isUuid, type Page, toPage } from '#src/platform/cursor.ts';
import { notFound } from '#src/platform/problem.ts';
import type { TemplateCategory, TemplateChannel, TemplateRow, VersionRow } from './template.ts';

/** A template with the version in force; `source` is left out of lists. */
export type TemplateView = {
  template: TemplateRow;
  version: Pick<VersionRow, 'subject' | 'preheader' | 'text' | 'mediaIds' | 'variables'>;
  source: EmailSource | null;
};
type PageOf<F> = { limit: number; cursor?: string | undefined } & F;

const { subject, preheader, text, mediaIds, variables } = templateVersions;
const inForce = and(eq(templateVersions.templateId, templates.id), eq(templateVersions.number, templates.version));

export async function findTemplate(ctx: OrgContext, id: string): Promise<TemplateView | null> {
  if (!isUuid(id)) return null;
  const [row] = await ctx.db
    .select({
      template: templates,
      version: { subject, preheader, text, mediaIds, variables },
      source: templateVersions.source,
    })
    .from(templates)
    .innerJoin(templateVersions, inForce)
    .where(and(eq(templates.organizationId, ctx.organizationId), eq(templates.id, id)));
  return row ?? null;
}

/** Throws `not-found`. */
export async function getTemplate(ctx: OrgContext, id: string): Promise<TemplateView> {
  const found = await findTemplate(ctx, id);
  if (!found) throw notFound();
  return found;
}

type Filter = {
  channel?: TemplateChannel | undefined;
  language?: TemplateRow['language'] | undefined;
  category?: TemplateCategory | undefined;
  search?: string | undefined;
};

/** Newest first. Every word of `search` is in the name or the shortcut, Turkish letters and accents aside. */
export async function listTemplates(ctx: OrgContext, query: PageOf<Filter>): Promise<Page<TemplateView>> {
  const words = query.search === undefined ? [] : foldText(query.search).split(' ').filter(Boolean);
  const rows = await ctx.db
    .select({ template: templates, version: { subject, preheader, text, mediaIds, variables } })
    .from(templates)
    .innerJoin(templateVersions, inForce)
    .where(
      and(
        eq(templates.organizationId, ctx.organizationId),
        query.cursor === undefined ? undefined : lt(templates.id, decodeIdCursor(query.cursor)),
        query.channel && eq(templates.channel, query.channel),
        query.language && eq(templates.language, query.language),
        query.category && eq(templates.category, query.category),
        ...words.map((word): SQL => like(templates.searchText, likePattern(word))),
      ),
    )
    .orderBy(desc(templates.id))
    .limit(query.limit + 1);
  const views = rows.map((row) => ({ ...row, source: null }));
  return toPage(views, query.limit, ({ template }) => [template.id]);
}

export type VersionView = { version: VersionRow; author: { id: string; name: string } | null };

/** Newest first. */
export async function listVersions(
  ctx: OrgContext,
  templateId: string,
  query: PageOf<unknown>,
): Promise<Page<VersionView>> {
  await getTemplate(ctx, templateId);
  const before = query.cursor === undefined ? undefined : (decodeCursor(query.cursor, [isInteger])[0] as number);
  const rows = await ctx.db
    .select({ version: templateVersions, author: { id: users.id, name: users.name } })
    .from(templateVersions)
    .leftJoin(users, eq(users.id, templateVersions.userId))
    .where(
      and(
        eq(templateVersions.templateId, templateId),
        before === undefined ? undefined : lt(templateVersions.number, before),
      ),
    )
    .orderBy(desc(templateVersions.number))
    .limit(query.limit + 1);
  return toPage(rows, query.limit, ({ version }) => [version.number]);
}
