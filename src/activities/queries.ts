import { and, eq, inArray } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { users } from '#src/db/schema/accounts.ts';
import { activities } from '#src/db/schema/activities.ts';
import { decodeCursor, isUuid, type Page, toPage } from '#src/platform/cursor.ts';
import { invalid, notFound, Problem } from '#src/platform/problem.ts';
import { type ActivityFilter, type ActivityRow, type Place, readActivities } from './activity-filter.ts';

type PageInput = { limit: number; cursor?: string | undefined };
type OwnFilter = Omit<ActivityFilter, 'organizationId' | 'address' | 'requestId'> & { of: 'me' | 'organization' };

/** With the name of whose activity it is; null: nobody's, or he is gone. */
export type Told = ActivityRow & { userName: string | null };

/** What the caller may see by `GET /v1/activities`: his own, or as owner the whole organization's. Throws `forbidden`. */
export function ownFilter(ctx: OrgContext, { of, ...filter }: OwnFilter): ActivityFilter {
  requireWhole(filter);
  const { organizationId } = ctx;
  if (of === 'me') return { ...filter, organizationId, userId: ctx.userId };
  requireOrganizationReader(ctx);
  return { ...filter, organizationId };
}

function requireWhole({ subjectType, subjectId }: ActivityFilter): void {
  if (subjectType !== undefined && subjectId === undefined)
    throw invalid('subjectId', { en: 'Needed with subjectType', tr: 'subjectType ile birlikte gerekli' });
}

/** Also with an API key of his: whoever watches over the organization reads its trail by machine. */
function requireOrganizationReader({ role }: OrgContext): void {
  if (role === 'owner') return;
  throw new Problem('forbidden', {
    detail: { en: 'Only the owner of the organization may see this', tr: 'Bunu yalnızca firmanın sahibi görebilir' },
  });
}

/** What a platform admin asks for. Throws `forbidden`. */
export function adminFilter(ctx: OrgContext, filter: ActivityFilter): ActivityFilter {
  if (!ctx.isAdmin) throw new Problem('forbidden');
  requireWhole(filter);
  return filter;
}

/** Newest first. */
export async function listActivities(
  ctx: OrgContext,
  filter: ActivityFilter,
  { limit, cursor }: PageInput,
): Promise<Page<Told>> {
  const rows = await readActivities(ctx, filter, cursor ? readPlace(cursor) : null, limit + 1);
  const { data, nextCursor } = toPage(rows, limit, (row) => [row.createdAt.toISOString(), row.id]);
  return { data: await withNames(ctx, data), nextCursor };
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const isInstant = (member: unknown) =>
  typeof member === 'string' && INSTANT.test(member) && !Number.isNaN(Date.parse(member));

function readPlace(cursor: string): Place {
  const [at, id] = decodeCursor(cursor, [isInstant, isUuid]) as [string, string];
  return { createdAt: new Date(at), id };
}

/** One of those that the caller may see: an owner every one of his organization, others their own. Throws `not-found`. */
export async function getActivity(ctx: OrgContext, id: string): Promise<Told> {
  const whose = ctx.role === 'owner' ? undefined : eq(activities.userId, ctx.userId);
  return getOne(ctx, and(eq(activities.id, id), eq(activities.organizationId, ctx.organizationId), whose));
}

export async function getAnyActivity(ctx: OrgContext, id: string): Promise<Told> {
  adminFilter(ctx, {});
  return getOne(ctx, eq(activities.id, id));
}

async function getOne(ctx: OrgContext, which: ReturnType<typeof and>): Promise<Told> {
  const rows = await ctx.db.select().from(activities).where(which);
  const [told] = await withNames(ctx, rows);
  if (!told) throw notFound();
  return told;
}

export async function withNames(ctx: OrgContext, rows: ActivityRow[]): Promise<Told[]> {
  const ids = [...new Set(rows.flatMap(({ userId }) => userId ?? []))];
  const people =
    ids.length === 0
      ? []
      : await ctx.db.select({ id: users.id, name: users.name }).from(users).where(inArray(users.id, ids));
  const names = new Map(people.map(({ id, name }) => [id, name]));
  return rows.map((row) => ({ ...row, userName: (row.userId && names.get(row.userId)) ?? null }));
}
