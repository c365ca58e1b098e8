import { type SQL, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { decodeCursor, encodeCursor, isUuid, type Page } from '#src/platform/cursor.ts';

/** By what two customers are suspected to be one person, in the order in which they are listed. */
export const suspicions = ['email', 'name-and-birthday', 'name-and-city'] as const;
export type Suspicion = (typeof suspicions)[number];

export type Suspect = {
  id: string;
  firstName: string;
  lastName: string | null;
  phone: string | null;
  email: string | null;
  city: string | null;
  birthday: string | null;
  createdAt: Date;
};
export type SuspectedPair = { matchedBy: Suspicion; customers: [Suspect, Suspect] };

type Asked = { limit: number; cursor?: string | undefined; matchedBy?: Suspicion | undefined };
type Place = { by: Suspicion; first: string; second: string; id: string };
type Row = { first: string; second: string; id: string; elder: string };

const START: Omit<Place, 'by'> = { first: '', second: '', id: '00000000-0000-0000-0000-000000000000' };

/**
 * Pairs of living customers who may be the same person: each with the next elder one of the same email, or of the same folded name and
 * birthday or city. Read in the order of an index each, from where the last page ended.
 */
export async function findDuplicates(
  ctx: OrgContext,
  { limit, cursor, matchedBy }: Asked,
): Promise<Page<SuspectedPair>> {
  const from = cursor === undefined ? undefined : readCursor(cursor);
  const wanted = matchedBy ? [matchedBy] : suspicions;
  const ahead = from ? wanted.slice(Math.max(0, wanted.indexOf(from.by))) : wanted;
  const found: (Row & { by: Suspicion })[] = [];
  for (const by of ahead) {
    if (found.length > limit) break;
    const place = from?.by === by ? from : { by, ...START };
    const rows = await ctx.db.execute<Row>(sources[by](ctx, place, limit + 1 - found.length));
    found.push(...rows.map((row) => ({ ...row, by })));
  }
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    data: await describe(ctx, page),
    nextCursor: found.length > limit ? encodeCursor([last!.by, last!.first, last!.second, last!.id]) : null,
  };
}

function readCursor(cursor: string): Place {
  const isText = (member: unknown) => typeof member === 'string' && !member.includes('\0');
  const isSuspicion = (member: unknown) => suspicions.some((one) => one === member);
  const [by, first, second, id] = decodeCursor(cursor, [isSuspicion, isText, isText, isUuid]) as [
    Suspicion,
    ...string[],
  ];
  return { by, first: first!, second: second!, id: id! };
}

const sources: Record<Suspicion, (ctx: OrgContext, from: Place, limit: number) => SQL> = {
  email: ({ organizationId }, { first, id }, limit) => sql`
    select first, '' as second, id, elder from (
      select address as first, customer_id as id, lag(customer_id) over (partition by address order by customer_id) as elder
      from customer_addresses
      where organization_id = ${organizationId}::uuid and kind = 'email' and deleted_at is null and address >= ${first}
    ) same where elder is not null and (first, id) > (${first}, ${id}::uuid) order by first, id limit ${limit}`,
  'name-and-birthday': (ctx, from, limit) => sameName(ctx, from, limit, sql`birthday`, sql`date`),
  'name-and-city': (ctx, from, limit) => sameName(ctx, from, limit, sql`city`, sql`text`),
};

const sameName = (
  { organizationId }: OrgContext,
  { first, second, id }: Place,
  limit: number,
  also: SQL,
  type: SQL,
): SQL => sql`
    select first, second::text as second, id, elder from (
      select name_key as first, ${also} as second, id, lag(id) over (partition by name_key, ${also} order by id) as elder
      from customers
      where organization_id = ${organizationId}::uuid and deleted_at is null and ${also} is not null and name_key >= ${first}
    ) same
    where elder is not null and (first > ${first} or (first = ${first} and ${second === '' ? sql`true` : sql`(second, id) > (${second}::${type}, ${id}::uuid)`}))
    order by first, second, id limit ${limit}`;

type SuspectRow = {
  id: string;
  first_name: string;
  last_name: string | null;
  phone: string | null;
  email: string | null;
  city: string | null;
  birthday: string | null;
  created_at: string;
};

async function describe(ctx: OrgContext, pairs: (Row & { by: Suspicion })[]): Promise<SuspectedPair[]> {
  if (pairs.length === 0) return [];
  const ids = [...new Set(pairs.flatMap(({ id, elder }) => [id, elder]))];
  const rows = await ctx.db.execute<SuspectRow>(sql`
    select id, first_name, last_name, phone, email, city, birthday::text as birthday, created_at from customers
    where id = any(${sql.param(ids)}::uuid[]) and organization_id = ${ctx.organizationId}::uuid`);
  const known = new Map(rows.map((row) => [row.id, toSuspect(row)]));
  return pairs.map(({ by, id, elder }) => ({ matchedBy: by, customers: [known.get(elder)!, known.get(id)!] }));
}

const toSuspect = ({ first_name, last_name, created_at, ...same }: SuspectRow): Suspect => ({
  ...same,
  firstName: first_name,
  lastName: last_name,
  createdAt: new Date(created_at),
});
