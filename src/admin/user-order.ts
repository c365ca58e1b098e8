import { type SQL, sql } from 'drizzle-orm';
import { users } from '#src/db/schema/accounts.ts';
import { creditAccounts } from '#src/db/schema/credits.ts';
import { userFigures } from '#src/db/schema/users-kept.ts';
import { decodeCursor, isUuid } from '#src/platform/cursor.ts';

export const userSorts = ['newest', 'name', 'credits', 'lastSeen', 'sentThisMonth'] as const;
export const directions = ['asc', 'desc'] as const;
export type UserSort = (typeof userSorts)[number];
export type Direction = (typeof directions)[number];

/** How a list of users is sorted: by an indexed key and, where it is the same, by the id in the same direction. */
export type UserOrder = {
  key: SQL;
  /** The key as a cursor carries it: whole, also where a time has microseconds. */
  keyText: SQL;
  id: SQL;
  parse: (text: string) => SQL | null;
  usual: Direction;
};

const text = (value: string): SQL => sql`${value}`;
const whole = (value: string): SQL | null => (/^-?\d{1,15}$/.test(value) ? sql`${value}::bigint` : null);
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const moment = (value: string): SQL | null => {
  const at = MOMENT.test(value) ? new Date(value) : new Date(Number.NaN);
  const isReal = !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 19) === value.slice(0, 19);
  return isReal ? sql`${value}::timestamptz` : null;
};

const figures = sql`${userFigures.userId}`;
export const userOrders: Record<UserSort, UserOrder> = {
  // ids grow with time
  newest: { key: sql`${users.id}`, keyText: sql`''`, id: sql`${users.id}`, parse: text, usual: 'desc' },
  name: {
    key: sql`${userFigures.nameKey}`,
    keyText: sql`${userFigures.nameKey}`,
    id: figures,
    parse: text,
    usual: 'asc',
  },
  credits: {
    key: sql`${creditAccounts.availableCredits}`,
    keyText: sql`${creditAccounts.availableCredits}::text`,
    id: sql`${creditAccounts.userId}`,
    parse: whole,
    usual: 'desc',
  },
  lastSeen: {
    key: sql`${userFigures.lastSeenAt}`,
    keyText: sql`to_char(${userFigures.lastSeenAt} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
    id: figures,
    parse: moment,
    usual: 'desc',
  },
  sentThisMonth: {
    key: sql`${userFigures.sentCount}`,
    keyText: sql`${userFigures.sentCount}::text`,
    id: figures,
    parse: whole,
    usual: 'desc',
  },
};

/** What comes after a cursor of the same order; a cursor of another one is none. Throws `invalid-request`. */
export function afterCursor(sort: UserSort, direction: Direction, cursor: string): SQL {
  const { key, id, parse } = userOrders[sort];
  const isKey = (member: unknown) =>
    typeof member === 'string' && member.length <= 400 && !member.includes('\0') && parse(member) !== null;
  const [, value, userId] = decodeCursor(cursor, [(member) => member === tagOf(sort, direction), isKey, isUuid]);
  const beyond = sql.raw(direction === 'asc' ? '>' : '<');
  if (sort === 'newest') return sql`${id} ${beyond} ${userId}::uuid`;
  return sql`(${key}, ${id}) ${beyond} (${parse(value as string)}, ${userId}::uuid)`;
}

export const tagOf = (sort: UserSort, direction: Direction): string => `${sort} ${direction}`;
