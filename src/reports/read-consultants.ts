import { sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { type Figures, noFigures } from './figures.ts';
import { type Period, previousOf } from './period.ts';
import { readFigures } from './read-figures.ts';

/** Without an id: what is nobody's, such as customers without a consultant. */
export type ConsultantLine = { userId: string | null; name: string | null; figures: Figures; previous: Figures };
export type ConsultantsReport = { consultants: ConsultantLine[]; total: { figures: Figures; previous: Figures } };

/**
 * The figures of each person of the organization, now and before, side by side; those who have left are there as long as they have any.
 * A consultant sees his own line.
 */
export async function readConsultants(
  ctx: OrgContext,
  period: Period,
  onStep: () => Promise<void> = async () => {},
): Promise<ConsultantsReport> {
  const now = await readFigures(ctx, period);
  await onStep();
  const before = await readFigures(ctx, previousOf(period));
  await onStep();
  const counted = [...now.byPerson.keys(), ...before.byPerson.keys()].filter((id) => id !== '');
  const people = await ctx.db.execute<{ id: string; name: string }>(sql`
    select u.id, u.name from users u
    where u.id in (select m.user_id from members m where m.organization_id = ${ctx.organizationId}::uuid)
      or u.id = any(${sql.param(counted)}::uuid[])
    order by u.name, u.id`);
  const line = (userId: string | null, name: string | null): ConsultantLine => ({
    userId,
    name,
    figures: now.byPerson.get(userId ?? '') ?? noFigures(),
    previous: before.byPerson.get(userId ?? '') ?? noFigures(),
  });
  const lines = people.map(({ id, name }) => line(id, name));
  if (ctx.role !== 'owner') {
    const own = lines.find(({ userId }) => userId === ctx.userId) ?? line(ctx.userId, null);
    return { consultants: [own], total: { figures: own.figures, previous: own.previous } };
  }
  if (now.byPerson.has('') || before.byPerson.has('')) lines.push(line(null, null));
  return { consultants: lines, total: { figures: now.total, previous: before.total } };
}
