import { and, eq, inArray } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { segments } from '#src/db/schema/customer-records.ts';
import { type FilterProblem, problemTexts } from './filter-problem.ts';
import { childrenOf, findLeaves, joinPath, type Place } from './find-leaves.ts';
import type { FieldName, LeafOf } from './leaf-schemas.ts';
import { type Filter, readStored } from './read-filter.ts';

/** A segment in a segment in a segment; conditions once all are written out. */
export const MOST_NESTED = 4;
const MOST_EXPANDED = 300;

/** `segment`: the name of the segment that a condition stands in; `path`: where in the filter that was given. */
export type ExpandedPlace<F extends FieldName> = Place<F> & { segment: string | null };
export type Expansion = {
  filter: Filter;
  problems: FilterProblem[];
  places<F extends FieldName>(field: F): ExpandedPlace<F>[];
};

type Known = Map<string, { name: string; filter: Filter | null }>;
type Walk = { known: Known; problems: FilterProblem[]; places: ExpandedPlace<FieldName>[]; written: number };
/** On the way down: in which segments, and where the outermost is named. */
type Way = { segments: string[]; name: string | null; path: string | null };

const NOBODY: Filter = { or: [] };

/** Writes the filters of segments in the place of their ids. `within`: the segment whose filter it is. */
export async function expandSegments(ctx: OrgContext, filter: Filter, within?: string): Promise<Expansion> {
  const known = await readSegments(ctx, filter);
  const walk: Walk = { known, problems: [], places: [], written: 0 };
  const expanded = expand(filter, '', { segments: within ? [within] : [], name: null, path: null }, walk);
  if (known.size > MOST_EXPANDED || walk.written > MOST_EXPANDED)
    walk.problems.push(problemTexts['too-large'](null, ''));
  return {
    filter: walk.problems.length > 0 ? NOBODY : expanded,
    problems: walk.problems,
    places: (field) => walk.places.filter(({ leaf }) => leaf.field === field) as never,
  };
}

/** Those that the filter names, those that these name, and so on: a statement a level. */
async function readSegments(ctx: OrgContext, filter: Filter): Promise<Known> {
  const known: Known = new Map();
  let wanted = idsIn(filter);
  for (let level = 0; level < MOST_NESTED && wanted.length > 0 && known.size <= MOST_EXPANDED; level++) {
    const rows = await ctx.db
      .select({ id: segments.id, name: segments.name, filter: segments.filter })
      .from(segments)
      .where(and(eq(segments.organizationId, ctx.organizationId), inArray(segments.id, wanted)));
    const read = rows.map((row) => ({ ...row, filter: readStored(row.filter) }));
    for (const { id, name, filter } of read) known.set(id, { name, filter });
    wanted = read.flatMap(({ filter }) => (filter ? idsIn(filter) : [])).filter((id) => !known.has(id));
  }
  return known;
}

/** Of segments that a filter names itself. */
export const idsIn = (filter: Filter): string[] => [
  ...new Set(
    findLeaves(filter).flatMap(({ leaf }) =>
      leaf.field === 'segmentId' ? leaf.value.map((id) => id.toLowerCase()) : [],
    ),
  ),
];

function expand(filter: Filter, path: string, way: Way, walk: Walk): Filter {
  if ('field' in filter) {
    if (filter.field === 'segmentId') return expandLeaf(filter, path, way, walk);
    walk.written++;
    walk.places.push({ leaf: filter, path: way.path ?? path, segment: way.name } as never);
    return filter;
  }
  if (walk.written > MOST_EXPANDED) return NOBODY;
  const members = childrenOf(filter).map(({ child, key }) => expand(child, joinPath(path, key), way, walk));
  if ('and' in filter) return { and: members };
  return 'or' in filter ? { or: members } : { not: members[0]! };
}

function expandLeaf({ op, value }: LeafOf<'segmentId'>, path: string, way: Way, walk: Walk): Filter {
  const members = value.map((id, at) =>
    expandSegment(id.toLowerCase(), `${joinPath(path, 'value')}[${at}]`, way, walk),
  );
  if (op === 'all') return { and: members };
  return op === 'any' ? { or: members } : { not: { or: members } };
}

function expandSegment(id: string, here: string, way: Way, walk: Walk): Filter {
  const path = way.path ?? here;
  const refuse = (reason: 'segment-cycle' | 'too-large' | 'segment-gone' | 'unreadable', name = way.name): Filter => {
    walk.problems.push(problemTexts[reason](name, path));
    return NOBODY;
  };
  if (way.segments.includes(id)) return refuse('segment-cycle');
  if (way.segments.length >= MOST_NESTED) return refuse('too-large');
  if (walk.written++ > MOST_EXPANDED) return NOBODY;
  const segment = walk.known.get(id);
  if (!segment) return refuse('segment-gone');
  if (!segment.filter) return refuse('unreadable', segment.name);
  return expand(segment.filter, '', { segments: [...way.segments, id], name: segment.name, path }, walk);
}
