import { loadavg } from 'node:os';
import { type SQL, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { chooseWay, countFiltered, countStatement, listFiltered } from '#src/customers/filters/list-filtered.ts';
import { type ListInput, listStatement } from '#src/customers/filters/list-statement.ts';
import { readByPlan } from '#src/customers/filters/read-by-plan.ts';
import { facetNames, readFacets } from '#src/customers/filters/read-facets.ts';
import { type ResolvedFilter, resolveFilter } from '#src/customers/filters/resolve-filter.ts';
import { createCrowd } from './crowd.ts';
import { type Look, looksAt } from './filter-looks.ts';
import type { Ground } from './ground.ts';
import { type Figure, quantile, type Section, timed } from './measure.ts';
import { serverCpuSeconds } from './server-cpu.ts';

export type FiltersSize = { customers: number; looks: number; counts: number };
type Took = { p95: number; cpu: number };
type Measured = Look & { list: Took; counting: Took; count: number; listPlan: string; countPlan: string };

const PAGE = 50;

/** What lists of customers ask for, among a million of one organization. */
export async function benchFilters(ground: Ground, size: FiltersSize): Promise<Section> {
  await using site = await ground.open();
  const crowd = await createCrowd(site.ctx, size.customers);
  const measured: Measured[] = [];
  for (const look of looksAt(crowd)) measured.push(await measure(ground, crowd.ctx, look, size));
  const facets: number[] = [];
  for (let n = 0; n < size.counts; n++) facets.push(1000 * (await timed(() => readFacets(crowd.ctx, facetNames))));
  const figures = measured.flatMap(({ what, list, counting }): Figure[] => [
    { what: `${what}: list, p95`, unit: 'ms', values: [list.p95] },
    { what: `${what}: count, p95`, unit: 'ms', values: [counting.p95] },
  ]);
  return {
    title: `Filters: ${size.customers} customers of one organization`,
    figures: [...figures, { what: 'all facets, p95', unit: 'ms', values: [quantile(facets, 0.95)] }],
    notes: ['Pages of 50, read as the API reads them, without HTTP. The plans are in [filters.md](filters.md).'],
    page: { name: 'filters.md', text: presentPlans(measured, size, ground.version) },
  };
}

async function measure(ground: Ground, ctx: OrgContext, look: Look, { looks, counts }: FiltersSize): Promise<Measured> {
  const resolved = look.filter && (await resolveFilter(ctx, look.filter));
  const input = { limit: PAGE, ...look.input };
  const list = await slowest(ground, looks, () => listFiltered(ctx, resolved, input));
  const counting = await slowest(ground, counts, () => countFiltered(ctx, resolved));
  const count = await countFiltered(ctx, resolved);
  const listPlan = await explain(ctx, await servedBy(ctx, resolved, input));
  const countPlan = await explain(ctx, countStatement(ctx, resolved));
  process.stdout.write(`${look.what}: ${count}, list ${said(list)}, count ${said(counting)}\n`);
  return { ...look, list, counting, count, listPlan, countPlan };
}

/** The statement that gives the first page. */
async function servedBy(ctx: OrgContext, resolved: ResolvedFilter | null, input: ListInput): Promise<SQL> {
  const { walk, ...ways } = listStatement(ctx, resolved, input);
  const walked = walk ? await readByPlan(ctx, ({ db }) => db.execute(walk)) : [];
  return walk && walked.length > PAGE ? walk : ways[await chooseWay(ctx, resolved)];
}

const said = ({ p95, cpu }: Took): string => `${p95.toFixed(1)} ms (${cpu.toFixed(0)} ms of processor)`;

/** p95 of so many calls, after one that warms up, and what PostgreSQL worked for each. */
async function slowest(ground: Ground, times: number, call: () => Promise<unknown>): Promise<Took> {
  await call();
  const before = serverCpuSeconds(ground.postmaster);
  const milliseconds: number[] = [];
  for (let n = 0; n < times; n++) milliseconds.push(1000 * (await timed(call)));
  const cpu = (1000 * (serverCpuSeconds(ground.postmaster) - before)) / times;
  return { p95: quantile(milliseconds, 0.95), cpu };
}

const explain = (ctx: OrgContext, statement: SQL): Promise<string> =>
  readByPlan(ctx, async ({ db }) => {
    const rows = await db.execute<Record<string, string>>(sql`explain (analyze, buffers) ${statement}`);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  });

function presentPlans(measured: Measured[], size: FiltersSize, postgres: string): string {
  const table = measured.map(
    ({ what, count, list, counting }) =>
      `| ${what} | ${count} | ${list.p95.toFixed(1)} ms | ${list.cpu.toFixed(0)} ms | ${counting.p95.toFixed(1)} ms | ${counting.cpu.toFixed(0)} ms |`,
  );
  const plans = measured.flatMap(({ what, filter, listPlan, countPlan }) => [
    `## ${what}`,
    '',
    ...(filter ? ['```json', JSON.stringify(filter), '```', ''] : []),
    '```',
    listPlan,
    '```',
    '',
    'Counted:',
    '',
    '```',
    countPlan,
    '```',
    '',
  ]);
  return [
    '# Filters',
    '',
    `What lists and counts of customers cost among ${size.customers} of one organization, and how PostgreSQL ${postgres} goes about it: written by`,
    '`npm run bench -- --only filters --write`. 95th percentiles of pages of 50, on a machine of two cores that had other work',
    `as well (load ${loadavg()[1]!.toFixed(0)}): what PostgreSQL itself worked, with its parallel workers, is the second figure of each.`,
    '',
    '| filter | customers | list, p95 | of it processor | count, p95 | of it processor |',
    '| --- | --- | --- | --- | --- | --- |',
    ...table,
    '',
    ...plans,
  ].join('\n');
}
