import { and, desc, eq, gte, inArray, isNotNull, isNull, lt, lte, type SQL, sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { foldText } from '#src/customers/fold-text.ts';
import { activities, type actorTypes } from '#src/db/schema/activities.ts';
import { isUuid } from '#src/platform/cursor.ts';
import { verbLabels } from './verb-labels.ts';

export type ActivityRow = typeof activities.$inferSelect;

/** Undefined: whatever it is. */
export type ActivityFilter = {
  organizationId?: string | undefined;
  userId?: string | undefined;
  verb?: string | undefined;
  /** Of something, by its id. */
  subjectType?: string | undefined;
  subjectId?: string | undefined;
  actorType?: (typeof actorTypes)[number] | undefined;
  apiKeyId?: string | undefined;
  impersonated?: boolean | undefined;
  address?: string | undefined;
  requestId?: string | undefined;
  /** The second is the first moment that it leaves out. */
  from?: Date | undefined;
  to?: Date | undefined;
  /** Words of what was done, in either language, or the id of what it was done to. */
  search?: string | undefined;
};

/** The row after which a page begins. */
export type Place = { createdAt: Date; id: string };

/** Newest first. By what `search` means for it: several verbs are looked for one by one, so that each is read from its index. */
export async function readActivities(
  ctx: AppContext,
  filter: ActivityFilter,
  after: Place | null,
  limit: number,
): Promise<ActivityRow[]> {
  const { search } = filter;
  if (search === undefined) return select(ctx, and(whereOf(filter), beyond(after)), limit);
  const id = search.trim().toLowerCase();
  if (isUuid(id)) return select(ctx, and(whereOf(filter), eq(activities.subjectId, id), beyond(after)), limit);
  const verbs = verbsSaid(search);
  if (verbs.length === 0) return [];
  return selectVerbs(ctx, verbs, and(whereOf(filter), beyond(after)), limit);
}

const newestFirst = [desc(activities.createdAt), desc(activities.id)];

const select = (ctx: AppContext, where: SQL | undefined, limit: number): Promise<ActivityRow[]> =>
  ctx.db
    .select()
    .from(activities)
    .where(where)
    .orderBy(...newestFirst)
    .limit(limit);

async function selectVerbs(ctx: AppContext, verbs: string[], where: SQL | undefined, limit: number) {
  const found = await ctx.db.execute<{ id: string; at: string }>(sql`
    select id, created_at as at from unnest(${sql.param(verbs)}::text[]) as said(verb) cross join lateral (
      select id, created_at from activities where ${and(sql`${activities.verb} = said.verb`, where)}
      order by created_at desc, id desc limit ${limit}
    ) as of_verb order by created_at desc, id desc limit ${limit}`);
  const [newest, oldest] = [found[0], found.at(-1)];
  if (!newest || !oldest) return [];
  const ids = inArray(
    activities.id,
    found.map(({ id }) => id),
  );
  const between = and(gte(activities.createdAt, new Date(oldest.at)), lte(activities.createdAt, new Date(newest.at)));
  return select(ctx, and(ids, between), limit);
}

/** The verbs in whose label of either language, or in whose name, every word is. */
function verbsSaid(search: string): string[] {
  const words = foldText(search).split(' ').filter(Boolean);
  return Object.entries(verbLabels).flatMap(([verb, { en, tr }]) => {
    const text = foldText(`${verb} ${en} ${tr}`);
    return words.length > 0 && words.every((word) => text.includes(word)) ? [verb] : [];
  });
}

function whereOf(filter: ActivityFilter): SQL | undefined {
  const { organizationId, userId, verb, subjectType, subjectId, actorType, apiKeyId, impersonated } = filter;
  const { address, requestId, from, to } = filter;
  return and(
    organizationId === undefined ? undefined : eq(activities.organizationId, organizationId),
    userId === undefined ? undefined : eq(activities.userId, userId),
    verb === undefined ? undefined : eq(activities.verb, verb),
    subjectType === undefined ? undefined : eq(activities.subjectType, subjectType),
    subjectId === undefined ? undefined : eq(activities.subjectId, subjectId),
    actorType === undefined ? undefined : eq(activities.actorType, actorType),
    apiKeyId === undefined ? undefined : and(eq(activities.actorId, apiKeyId), eq(activities.actorType, 'apiKey')),
    impersonated === undefined
      ? undefined
      : impersonated
        ? isNotNull(activities.impersonatorId)
        : isNull(activities.impersonatorId),
    address === undefined ? undefined : eq(activities.address, address),
    requestId === undefined ? undefined : eq(activities.requestId, requestId),
    from === undefined ? undefined : gte(activities.createdAt, from),
    to === undefined ? undefined : lt(activities.createdAt, to),
  );
}

/** The first part keeps months out that are newer; the second is exact. */
function beyond(after: Place | null): SQL | undefined {
  if (!after) return undefined;
  const at = sql`${after.createdAt.toISOString()}::timestamptz`;
  return sql`${activities.createdAt} <= ${at} and (${activities.createdAt}, ${activities.id}) < (${at}, ${after.id}::uuid)`;
}
