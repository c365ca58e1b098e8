import { sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { instantSql } from './figure-queries.ts';
import type { Period } from './period.ts';

/** Of the customers won in a period, what has become of them since. */
export type LeadFigures = {
  customers: number;
  /** Written to, called or met. */
  contacted: number;
  /** Wrote to us. */
  replied: number;
  /** Have, or had, an appointment that was not declined. */
  withAppointment: number;
  /** Came to one. */
  kept: number;
};
export type LeadLine = LeadFigures & { source: string | null };
/** `others`: sources beyond the largest hundred, together. */
export type LeadSourcesReport = { sources: LeadLine[]; others: LeadFigures | null; total: LeadFigures };

const MOST_SOURCES = 100;
const keys = ['customers', 'contacted', 'replied', 'withAppointment', 'kept'] as const;

/** Where customers came from, and how far those of each source got. */
export async function readLeadSources(ctx: OrgContext, { from, to }: Period): Promise<LeadSourcesReport> {
  type Row = { source: string | null; everything: number } & Record<(typeof keys)[number], string>;
  const rows = await ctx.db.execute<Row>(sql`
    select c.source, grouping(c.source) as everything, count(*) as customers, count(c.last_contacted_at) as contacted,
      count(*) filter (where exists (select from conversations v where v.customer_id = c.id and v.last_inbound_at is not null)) as replied,
      count(*) filter (where exists (
        select from appointments a where a.customer_id = c.id and a.deleted_at is null and a.status <> 'declined')) as "withAppointment",
      count(*) filter (where exists (
        select from appointments a where a.customer_id = c.id and a.deleted_at is null and a.status = 'done')) as kept
    from customers c
    where c.organization_id = ${ctx.organizationId}::uuid and c.merged_into_id is null
      and c.created_at >= ${instantSql(from)} and c.created_at < ${instantSql(to)}
    group by grouping sets ((), (c.source))
    order by everything desc, count(*) desc, c.source nulls last limit ${MOST_SOURCES + 1}`);
  const lines = rows.map((row) => ({ everything: row.everything === 1, source: row.source, ...numbersOf(row) }));
  const total = pick(lines.find(({ everything }) => everything)!);
  const sources = lines.filter(({ everything }) => !everything).map((line) => ({ source: line.source, ...pick(line) }));
  const rest = Object.fromEntries(
    keys.map((key) => [key, total[key] - sources.reduce((sum, line) => sum + line[key], 0)]),
  ) as LeadFigures;
  return { sources, others: rest.customers > 0 ? rest : null, total };
}

const numbersOf = (row: Record<(typeof keys)[number], string>): LeadFigures =>
  Object.fromEntries(keys.map((key) => [key, Number(row[key])])) as LeadFigures;

const pick = ({ customers, contacted, replied, withAppointment, kept }: LeadFigures): LeadFigures => ({
  customers,
  contacted,
  replied,
  withAppointment,
  kept,
});
