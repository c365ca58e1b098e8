import { type SQL, sql } from 'drizzle-orm';
import { customers } from '#src/db/schema/customers.ts';
import { isUuid } from '#src/platform/cursor.ts';

export const sorts = ['createdAt', 'name', 'lastContactedAt', 'city', 'relevance'] as const;
export const orders = ['asc', 'desc'] as const;
export type Sort = (typeof sorts)[number];
export type Order = (typeof orders)[number];

/** How a list is sorted: an expression that an index has, and how its values travel in a cursor. */
export type SortKey = {
  key: SQL;
  type: 'text' | 'timestamptz' | 'integer';
  order: Order;
  /** Who has none comes last. */
  nullable: boolean;
  /** Of the id, among equals. */
  idOrder: Order;
};

const NAME = sql`(${customers.firstName} || coalesce(' ' || ${customers.lastName}, '')) collate "tr-x-icu"`;
/** Cities are compared by this one too: the index is in its order. */
export const CITY = sql`${customers.city} collate "tr-x-icu"`;

const keys = {
  createdAt: { key: sql`${customers.createdAt}`, type: 'timestamptz', order: 'desc', nullable: false },
  name: { key: NAME, type: 'text', order: 'asc', nullable: false },
  lastContactedAt: { key: sql`${customers.lastContactedAt}`, type: 'timestamptz', order: 'desc', nullable: true },
  city: { key: CITY, type: 'text', order: 'asc', nullable: true },
} as const;

/** By `relevance`, `rank` says what comes first; null: by id alone, newest first. */
export function sortKeyOf(sort: Sort | undefined, order: Order | undefined, rank: SQL | null): SortKey | null {
  if (sort === 'relevance' || (sort === undefined && order === undefined && rank))
    return rank && { key: rank, type: 'integer', order: 'asc', nullable: false, idOrder: 'desc' };
  if (sort === undefined && order === undefined) return null;
  const found = keys[(sort ?? 'createdAt') as keyof typeof keys];
  const direction = order ?? found.order;
  return { ...found, order: direction, idOrder: direction };
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/;
const isText = (value: unknown) => typeof value === 'string' && !value.includes('\0') && value.isWellFormed();
const isStoredInstant = (value: unknown) =>
  typeof value === 'string' &&
  INSTANT.test(value) &&
  !Number.isNaN(Date.parse(value)) &&
  new Date(value).toISOString().slice(0, 19) === value.slice(0, 19);
const isRank = (value: unknown) => Number.isInteger(value) && Math.abs(value as number) < 100;
const shapes = { text: isText, timestamptz: isStoredInstant, integer: isRank };

/** One predicate a member of the cursor. */
export const cursorShape = ({ type, nullable }: SortKey, name: string) => [
  (value: unknown) => value === name,
  (value: unknown) => (nullable && value === null) || shapes[type](value),
  isUuid,
];

/** The key of a row as the cursor has it, microseconds and all. */
export const keyText = ({ key, type }: SortKey): SQL =>
  type === 'timestamptz' ? sql`to_char(${key} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')` : sql`${key}`;
