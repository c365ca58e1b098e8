import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Figures, figureKeys, timeKeys } from '#src/reports/figures.ts';
import { daysOf, monthOf, previousOf } from '#src/reports/period.ts';
import { createWorld } from '#test/support/world.ts';
import { naiveFigures } from './naive-figures.ts';
import { type Business, fillBusiness } from './random-business.ts';

// Berlin's clocks go back in October 2025
const world = await createWorld();
const { acme, globex } = world;
const month = monthOf('2025-10', 'Europe/Berlin');
let business: Business;

beforeAll(async () => {
  await world.ctx.db.execute(sql`update user_settings set time_zone = 'Europe/Berlin' where user_id = ${acme.userId}`);
  business = await fillBusiness(world, month.from);
});
afterAll(() => world[Symbol.asyncDispose]());

const json = async (path: string, who = acme) => {
  const response = await who.call('GET', path);
  expect(response.status).toBe(200);
  return response.json();
};
/** Campaigns are made once here, long before; times to the millisecond. */
const rounded = (figures: Figures): Figures => ({
  ...figures,
  ...Object.fromEntries(timeKeys.map((key) => [key, figures[key] === null ? null : Math.round(figures[key]! * 1000)])),
});

it('200: a month’s figures are those that are counted one by one, and so are the month’s before', async () => {
  const report = await json('/v1/reports/monthly?month=2025-10');
  expect(report.period).toEqual({ from: '2025-10-01', to: '2025-10-31', timeZone: 'Europe/Berlin' });
  const [now, before] = [naiveFigures(business, month), naiveFigures(business, previousOf(month))];
  expect(rounded(report.figures)).toEqual(rounded(now));
  expect(rounded(report.previous)).toEqual(rounded(before));
  for (const key of figureKeys.slice(0, 3)) expect(now[key]).toBeGreaterThan(10);
  expect(report.change.customersWon).toBeCloseTo((now.customersWon - before.customersWon) / before.customersWon);
  const sum = (of: Record<string, number>[], key: string) => of.reduce((total, one) => total + one[key]!, 0);
  expect(report.buckets).toHaveLength(31);
  for (const key of ['whatsappSent', 'emailSent', 'smsSent', 'messagesReceived', 'customersWon'] as const)
    expect(sum(report.buckets, key)).toBe(now[key]);
  expect(sum(report.customersBySource, 'customers')).toBe(now.customersWon);
});

it('200: everybody’s figures side by side, those of nobody in a line of their own', async () => {
  const { consultants, total } = await json('/v1/reports/consultants?month=2025-10');
  expect(rounded(total.figures)).toEqual(rounded(naiveFigures(business, month)));
  for (const userId of business.users) {
    const line = consultants.find((one: { userId: string }) => one.userId === userId);
    const counted = naiveFigures(business, month, userId);
    expect(rounded(line.figures)).toEqual(rounded(counted));
  }
  const nobody = consultants.find(({ userId }: { userId: string | null }) => userId === null);
  expect(nobody.figures.appointmentsPlanned).toBe(total.figures.appointmentsPlanned);
});

it('200: what became of the customers of each source', async () => {
  const days = daysOf('2025-09-15', '2025-11-10', 'Europe/Berlin');
  const { sources, total } = await json('/v1/reports/lead-sources?from=2025-09-15&to=2025-11-10');
  const won = business.customers.filter(({ createdAt }) => createdAt >= days.from && createdAt < days.to);
  const inbound = new Set(business.messages.filter((m) => m.direction === 'in').map((m) => m.conversationId));
  const wrote = new Set(business.conversations.filter(({ id }) => inbound.has(id)).map(({ customerId }) => customerId));
  const having = (...statuses: string[]) =>
    new Set(
      business.appointments.filter(({ status }) => statuses.includes(status)).map(({ customerId }) => customerId),
    );
  const booked = having('requested', 'approved', 'cancelled', 'done', 'no-show');
  for (const line of [...sources, { ...total, source: 'all' }]) {
    const own = line.source === 'all' ? won : won.filter(({ source }) => source === line.source);
    const kept = own.filter(({ id }) => having('done').has(id)).length;
    expect(line).toMatchObject({
      customers: own.length,
      contacted: own.filter(({ contacted }) => contacted).length,
      replied: own.filter(({ id }) => wrote.has(id)).length,
      withAppointment: own.filter(({ id }) => booked.has(id)).length,
      kept,
      conversion: kept / own.length,
    });
  }
  expect(sources).toHaveLength(4);
});

it('200: another organization counts nothing of it, nor does an empty month; 400: a month to come', async () => {
  const theirs = await json('/v1/reports/monthly?month=2025-10', globex);
  for (const key of figureKeys) expect(theirs.figures[key]).toBe(0);
  expect(theirs).toMatchObject({ customersBySource: [], campaigns: [], figures: { chatMedianSeconds: null } });
  expect((await json('/v1/reports/lead-sources?from=2025-10-01&to=2025-10-31', globex)).total.conversion).toBeNull();
  for (const path of [
    'monthly?month=2026-04',
    'consultants?month=2027-01',
    'lead-sources?from=2026-05-01&to=2026-05-02',
    'monthly?month=2026-13',
  ])
    expect((await acme.call('GET', `/v1/reports/${path}`)).status).toBe(400);
});

it('reads a month by indexes, whatever else there is', async () => {
  await world.ctx.db.execute(sql`insert into messages (organization_id, user_id, instance_id, direction, status, kind, address, sent_at, said_at)
    select ${acme.organizationId}, ${acme.userId}, uuid_v7(), 'out', 'read', 'text', '', '2020-01-01'::timestamptz + i * interval '1 minute',
      '2020-01-01'::timestamptz + i * interval '1 minute' from generate_series(1, 6000) i`);
  await world.ctx.db.execute(sql`analyze messages`);
  const { figureQueries } = await import('#src/reports/figure-queries.ts');
  for (const query of figureQueries) {
    const lines = await world.ctx.db.execute<{ 'QUERY PLAN': string }>(
      sql`explain ${query({ ctx: acme.ctx, period: month })}`,
    );
    expect(lines.map((line) => line['QUERY PLAN']).join('\n')).not.toContain('Seq Scan on messages');
  }
});
