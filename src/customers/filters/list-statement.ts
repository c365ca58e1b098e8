import { type SQL, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { customers } from '#src/db/schema/customers.ts';
import { decodeCursor, decodeIdCursor } from '#src/platform/cursor.ts';
import { conditionSql, filterSql, livingSql } from './filter-sql.ts';
import type { ResolvedFilter } from './resolve-filter.ts';
import { isTelling, searchRank } from './search-sql.ts';
import { cursorShape, keyText, type Order, type Sort, type SortKey, sortKeyOf } from './sorts.ts';

export type ListInput = {
  limit: number;
  cursor?: string | undefined;
  sort?: Sort | undefined;
  order?: Order | undefined;
  /** What `relevance` is measured by. */
  search?: string | undefined;
};
export type Found = { id: string; key: string | number | null };
type Place = { key: string | number | null; id: string };

/** Three ways to one page; each gives one row more than the page has, if there are that many. */
export type ListStatement = {
  /** What most filters have plenty of is soon found in the order of the list; null: without a filter there is nothing to find. */
  walk: SQL | null;
  /** All whom the filter lets through, then sorted: they are few. */
  gather: SQL;
  /** As PostgreSQL sees fit. */
  plain: SQL;
  keyOf: (found: Found) => (string | number)[];
};

/** How many customers are looked at in the order of the list before it is gone about otherwise. */
const WALKED = 3000;

export function listStatement(ctx: OrgContext, resolved: ResolvedFilter | null, input: ListInput): ListStatement {
  const { cursor, sort, order, search } = input;
  const rank = search !== undefined && isTelling(search) ? searchRank(search) : null;
  const key = sortKeyOf(sort, order, rank);
  const name = `${sort ?? ''} ${key?.order ?? ''}`;
  const place =
    cursor === undefined ? null : key ? readPlace(cursor, key, name) : { key: null, id: decodeIdCursor(cursor) };
  const sorting = { key, place, limit: input.limit + 1 };
  const whole = filterSql(ctx, resolved);
  return {
    walk:
      resolved &&
      (key?.type === 'integer' ? walkRankSql(ctx, resolved, key, sorting) : walkSql(ctx, resolved, sorting)),
    gather: gatherSql(whole, sorting),
    plain: inOrder(whole, sorting, sql`id, ${key ? keyText(key) : sql`null`} as key`),
    keyOf: (found) => (key ? [name, found.key as string, found.id] : [found.id]),
  };
}

function readPlace(cursor: string, key: SortKey, name: string): Place {
  const [, value, id] = decodeCursor(cursor, cursorShape(key, name));
  return { key: value ?? null, id: id as string };
}

type Sorting = { key: SortKey | null; place: Place | null; limit: number };

/** The columns of customers in the order of an index, those behind the place: who has the key, then who has none. */
function inOrder(condition: SQL, { key, place, limit }: Sorting, columns: SQL): SQL {
  if (!key) {
    const before = place ? sql`and ${customers.id} < ${place.id}::uuid` : sql``;
    return sql`(select ${columns} from customers where ${condition} ${before} order by organization_id desc, id desc limit ${limit}::integer)`;
  }
  const by = sql`order by ${key.key} ${sql.raw(key.order)}, id ${sql.raw(key.idOrder)} limit ${limit}::integer`;
  const there = key.nullable ? sql`and ${key.key} is not null` : sql``;
  const behind = place ? sql`and ${beyond(key, place)}` : sql``;
  const having = sql`(select ${columns} from customers where ${condition} ${there} ${behind} ${by})`;
  if (!key.nullable) return having;
  const later = place?.key === null ? sql`and ${idBeyond(key, place)}` : sql``;
  const lacking = sql`(select ${columns} from customers where ${condition} and ${key.key} is null ${later} ${by})`;
  return place && place.key === null ? lacking : sql`(${having} union all ${lacking} limit ${limit}::integer)`;
}

/** The next ones of the list, and of them those whom the filter lets through. */
function walkSql(ctx: OrgContext, resolved: ResolvedFilter, sorting: Sorting): SQL {
  const next = inOrder(livingSql(ctx), { ...sorting, limit: WALKED }, sql`customers.*`);
  return sql`select id, ${sorting.key ? keyText(sorting.key) : sql`null`} as key from ${next} customers
    where ${conditionSql(ctx, resolved)} ${sortedBy(sorting)}`;
}

/** By relevance: the newest, and of them those who are found as well as the last one was, or at first as well as can be. */
function walkRankSql(ctx: OrgContext, resolved: ResolvedFilter, rank: SortKey, { place, limit }: Sorting): SQL {
  const next = inOrder(livingSql(ctx), { key: null, place, limit: WALKED }, sql`customers.*`);
  return sql`select id, ${place?.key ?? 0}::integer as key from ${next} customers
    where ${conditionSql(ctx, resolved)} and ${rank.key} = ${place?.key ?? 0}::integer order by id desc limit ${limit}::integer`;
}

function gatherSql(whole: SQL, sorting: Sorting): SQL {
  const { key, place } = sorting;
  const behind = !place
    ? sql``
    : !key
      ? sql`and ${customers.id} < ${place.id}::uuid`
      : place.key === null
        ? sql`and ${key.key} is null and ${idBeyond(key, place)}`
        : sql`and (${beyond(key, place)}${key.nullable ? sql` or ${key.key} is null` : sql``})`;
  // a fence: what is behind it is not planned for the sake of the first few
  return sql`select id, ${key ? keyText(key) : sql`null`} as key
    from (select * from customers where ${whole} ${behind} offset 0) customers ${sortedBy(sorting)}`;
}

function sortedBy({ key, limit }: Sorting): SQL {
  const by = key ? sql`${key.key} ${sql.raw(key.order)} nulls last, id ${sql.raw(key.idOrder)}` : sql`id desc`;
  return sql`order by ${by} limit ${limit}::integer`;
}

const idBeyond = ({ idOrder }: SortKey, { id }: Place): SQL =>
  sql`${customers.id} ${sql.raw(idOrder === 'asc' ? '>' : '<')} ${id}::uuid`;

/** Behind `place`, in the order of the list. */
function beyond(sort: SortKey, place: Place): SQL {
  const { key, type, order, idOrder } = sort;
  const value = sql`${place.key}::${sql.raw(type)}`;
  const after = sql.raw(order === 'asc' ? '>' : '<');
  if (order === idOrder) return sql`(${key}, ${customers.id}) ${after} (${value}, ${place.id}::uuid)`;
  return sql`(${key} ${after} ${value} or (${key} = ${value} and ${idBeyond(sort, place)}))`;
}
