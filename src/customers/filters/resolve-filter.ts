import { and, asc, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import { DateTime } from 'luxon';
import type { OrgContext } from '#src/context.ts';
import { members, userSettings } from '#src/db/schema/accounts.ts';
import { customFields } from '#src/db/schema/customer-records.ts';
import { type FieldError, Problem } from '#src/platform/problem.ts';
import { customMistake } from './custom-mistake.ts';
import { type Expansion, expandSegments } from './expand-segments.ts';
import { type FilterProblem, problemTexts } from './filter-problem.ts';
import { findCampaigns } from './find-campaigns.ts';
import { findLeaves, joinPath, type Place } from './find-leaves.ts';
import type { FieldName, LeafOf } from './leaf-schemas.ts';
import type { Filter } from './read-filter.ts';

export type CustomField = typeof customFields.$inferSelect;

/** A filter without segments in it, everything it refers to looked up. */
export type ResolvedFilter = {
  filter: Filter;
  /** With one of them it lets nobody through. */
  problems: FilterProblem[];
  customFields: Map<string, CustomField>;
  /** Of each condition on campaigns, those that it means. */
  campaignIds: Map<LeafOf<'campaign'>, string[]>;
  /** Days of the year, 1229 for the 29th of December, of those who have their birthday within so many days. */
  birthdays: (withinDays: number) => number[];
};

/** Looks up what `filter` refers to. `within`: the segment that it is the filter of. */
export async function resolveFilter(ctx: OrgContext, filter: Filter, within?: string): Promise<ResolvedFilter> {
  const expansion = await expandSegments(ctx, filter, within);
  const places = findLeaves(expansion.filter);
  const fields = await readCustomFields(ctx, places);
  const found = [
    ...expansion.problems,
    ...customProblems(expansion, fields),
    ...(await missing(ctx, expansion, 'groupId', sql`groups`)),
    ...(await missing(ctx, expansion, 'campaign', sql`campaigns`)),
  ];
  const campaignIds = new Map<LeafOf<'campaign'>, string[]>();
  for (const { leaf } of places) if (leaf.field === 'campaign') campaignIds.set(leaf, await findCampaigns(ctx, leaf));
  const today = await readToday(ctx, places);
  return {
    filter: expansion.filter,
    problems: distinct(found),
    customFields: fields,
    campaignIds,
    birthdays: (withinDays) => birthdaysWithin(today, withinDays),
  };
}

/** Throws a 400 that names, below `root`, whatever the filter refers to and is not there. */
export async function requireResolved(
  ctx: OrgContext,
  filter: Filter,
  root: string,
  within?: string,
): Promise<ResolvedFilter> {
  const resolved = await resolveFilter(ctx, filter, within);
  if (resolved.problems.length === 0) return resolved;
  const errors = resolved.problems.map(
    ({ path, message }): FieldError => ({ path: path ? `${root}.${path}` : root, message }),
  );
  throw new Problem('invalid-request', { errors });
}

async function readCustomFields(ctx: OrgContext, places: Place[]): Promise<Map<string, CustomField>> {
  const keys = places.flatMap(({ leaf }) => (leaf.field === 'custom' ? [leaf.key] : []));
  if (keys.length === 0) return new Map();
  const rows = await ctx.db
    .select()
    .from(customFields)
    .where(
      and(
        eq(customFields.organizationId, ctx.organizationId),
        inArray(customFields.key, [...new Set(keys)]),
        isNull(customFields.deletedAt),
      ),
    );
  return new Map(rows.map((row) => [row.key, row]));
}

const customProblems = (expansion: Expansion, fields: Map<string, CustomField>): FilterProblem[] =>
  expansion.places('custom').flatMap(({ leaf, path, segment }) => {
    const field = fields.get(leaf.key);
    if (!field) return [problemTexts['custom-field-gone'](segment, segment ? path : joinPath(path, 'key'))];
    const mistake = customMistake(leaf, field);
    return mistake
      ? [
          {
            path: segment ? path : joinPath(path, mistake.at),
            reason: 'custom-field-changed',
            message: mistake.message,
          },
        ]
      : [];
  });

/** Ids of `table` that the filter names and the organization does not have. */
async function missing(
  ctx: OrgContext,
  expansion: Expansion,
  field: 'groupId' | 'campaign',
  table: SQL,
): Promise<FilterProblem[]> {
  const named = expansion
    .places(field)
    .flatMap(({ leaf, path, segment }) =>
      idsOf(leaf).map(({ id, at }) => ({ id: id.toLowerCase(), segment, path: segment ? path : joinPath(path, at) })),
    );
  if (named.length === 0) return [];
  const ids = [...new Set(named.map(({ id }) => id))];
  const rows = await ctx.db.execute<{ id: string }>(sql`
    select id from ${table} where id = any(${sql.param(ids)}::uuid[]) and organization_id = ${ctx.organizationId}::uuid`);
  const there = new Set(rows.map(({ id }) => id));
  const reason = field === 'groupId' ? 'group-gone' : 'campaign-gone';
  return named.flatMap(({ id, path, segment }) => (there.has(id) ? [] : [problemTexts[reason](segment, path)]));
}

function idsOf(leaf: LeafOf<'groupId'> | LeafOf<'campaign'>): { id: string; at: string }[] {
  if (leaf.field === 'groupId') return leaf.value.map((id, at) => ({ id, at: `value[${at}]` }));
  return leaf.value.campaignId === undefined ? [] : [{ id: leaf.value.campaignId, at: 'value.campaignId' }];
}

const distinct = (problems: FilterProblem[]): FilterProblem[] => [
  ...new Map(problems.map((problem) => [`${problem.path} ${problem.reason}`, problem])).values(),
];

/** By the clock of the organization’s owner; the first one’s, if there are several. */
async function readToday(ctx: OrgContext, places: Place[]): Promise<DateTime> {
  const now = DateTime.fromJSDate(ctx.clock.now(), { zone: 'Europe/Istanbul' });
  const needed: FieldName = 'birthdayWithinDays';
  if (!places.some(({ leaf }) => leaf.field === needed)) return now;
  const [owner] = await ctx.db
    .select({ timeZone: userSettings.timeZone })
    .from(members)
    .innerJoin(userSettings, eq(userSettings.userId, members.userId))
    .where(and(eq(members.organizationId, ctx.organizationId), eq(members.role, 'owner')))
    .orderBy(asc(members.id))
    .limit(1);
  return owner ? now.setZone(owner.timeZone) : now;
}

/** Who was born on the 29th of February has his birthday on the 28th where there is no 29th. */
export function birthdaysWithin(today: DateTime, withinDays: number): number[] {
  const days = new Set<number>();
  for (let ahead = 0; ahead <= withinDays; ahead++) {
    const day = today.plus({ days: ahead });
    days.add(day.month * 100 + day.day);
    if (day.month === 2 && day.day === 28 && !day.isInLeapYear) days.add(229);
  }
  return [...days];
}
