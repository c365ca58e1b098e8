import type { OrgContext } from '#src/context.ts';
import { figureQueries } from './figure-queries.ts';
import { type Figures, noFigures } from './figures.ts';
import type { Period } from './period.ts';

/** `byPerson`: with '' as whose what is nobody's in particular. */
export type FigureSet = { total: Figures; byPerson: Map<string, Figures> };

type Row = { user_id: string | null; everybody: number } & Record<string, string | number | null>;

/** The figures of a period, of the organization and of each of its people. */
export async function readFigures(ctx: OrgContext, period: Period): Promise<FigureSet> {
  const set: FigureSet = { total: noFigures(), byPerson: new Map() };
  for (const query of figureQueries) {
    for (const { user_id, everybody, ...counted } of await ctx.db.execute<Row>(query({ ctx, period })))
      Object.assign(everybody === 1 ? set.total : personIn(set, user_id ?? ''), numbers(counted));
  }
  return set;
}

function personIn({ byPerson }: FigureSet, userId: string): Figures {
  const found = byPerson.get(userId) ?? noFigures();
  byPerson.set(userId, found);
  return found;
}

/** Counts come as text. */
const numbers = (counted: Record<string, string | number | null>): Partial<Figures> =>
  Object.fromEntries(Object.entries(counted).map(([key, value]) => [key, value === null ? null : Number(value)]));
