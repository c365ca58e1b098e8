import type { OrgContext } from '#src/context.ts';
import { csvLine } from '#src/platform/csv-line.ts';
import { type ActivityFilter, type Place, readActivities } from './activity-filter.ts';
import { withNames } from './queries.ts';
import { presentActivity } from './schemas.ts';

const columns = [
  'createdAt',
  'verb',
  'label',
  'userName',
  'userId',
  'actorType',
  'actorId',
  'impersonated',
  'organizationId',
  'subjectType',
  'subjectId',
  'changes',
  'details',
  'address',
  'requestId',
  'id',
] as const;

const PAGE = 1000;
/** By which Excel reads Turkish letters right. */
const BYTE_ORDER_MARK = '\ufeff';

/** Activities as lines of a CSV file, newest first, read page by page: what is written meanwhile is newer and not in it. */
export async function* exportActivities(ctx: OrgContext, filter: ActivityFilter): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK + csvLine(columns);
  for (let after: Place | null | undefined = null; after !== undefined; ) {
    const rows = await withNames(ctx, await readActivities(ctx, filter, after, PAGE));
    if (rows.length > 0) yield rows.map((row) => lineOf(presentActivity(ctx, row))).join('');
    after = rows.length === PAGE ? rows.at(-1) : undefined;
  }
}

function lineOf({ user, actor, impersonated, details, changes, ...rest }: ReturnType<typeof presentActivity>): string {
  const cells: Record<(typeof columns)[number], string | null> = {
    ...rest,
    userName: user?.name ?? null,
    userId: user?.id ?? null,
    actorType: actor.type,
    actorId: actor.id,
    impersonated: String(impersonated),
    changes: changes.map(({ field, before, after }) => `${field}: ${text(before)} → ${text(after)}`).join('; '),
    details: Object.keys(details).length > 0 ? JSON.stringify(details) : null,
  };
  return csvLine(columns.map((column) => cells[column]));
}

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null));
