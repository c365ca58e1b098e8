import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams } from '#src/platform/schemas.ts';
import { averageMonthly } from './average-monthly.ts';
import { checkLedger } from './check-ledger.ts';
import { flowRoutes } from './flow-routes.ts';
import { readTotals } from './queries.ts';
import { readChart, readTimeZone } from './read-chart.ts';
import {
  ChartOut,
  ChartQuery,
  CreditsOut,
  LedgerOut,
  LedgerQuery,
  presentChart,
  presentLedger,
  presentTransaction,
  TopUpBody,
  TransactionOut,
} from './schemas.ts';
import { statementRoutes } from './statement-routes.ts';
import { topUpCredits } from './top-up-credits.ts';
import { transferRoutes } from './transfer-routes.ts';

const readCredits = defineRoute(
  {
    method: 'get',
    path: '/v1/credits',
    summary: 'What the caller has, and what he spends',
    tag: 'Credits',
    access: 'user',
    scope: 'credits:read',
    answer: { status: 200, schema: CreditsOut },
  },
  async ({ ctx }) => {
    const [totals, timeZone] = await Promise.all([readTotals(ctx), readTimeZone(ctx)]);
    return {
      currentCredit: totals.current,
      heldCredit: totals.held,
      availableCredit: totals.available,
      totalSpend: totals.spent,
      averageMonthly: averageMonthly(totals.spent, totals.firstAt, ctx.clock.now(), timeZone),
    };
  },
);

const readCreditChart = defineRoute(
  {
    method: 'get',
    path: '/v1/credits/chart',
    summary: 'Top-ups and spending by day or month',
    description:
      'Buckets are whole days or months of the user’s time zone; the ones that `from` and `to` fall into are counted whole. ' +
      'Default: the last 30 days or 12 months. At most 400 days or 120 months.',
    tag: 'Credits',
    access: 'user',
    scope: 'credits:read',
    query: ChartQuery,
    answer: { status: 200, schema: ChartOut },
  },
  async ({ ctx, query }) => presentChart(await readChart(ctx, query)),
);

const topUp = defineRoute(
  {
    method: 'post',
    path: '/v1/admin/users/{id}/credits',
    summary: 'Top up a user’s credits, or correct them',
    tag: 'Admin',
    access: 'admin',
    params: IdParams,
    body: TopUpBody,
    answer: { status: 201, schema: TransactionOut },
    problems: ['not-found', 'conflict'],
  },
  async ({ ctx, params, body }) => presentTransaction(await topUpCredits(ctx, { userId: params.id, ...body })),
);

const readLedger = defineRoute(
  {
    method: 'get',
    path: '/v1/admin/ledger',
    summary: 'Prove the ledger',
    description:
      'Recomputes accounts from the statement, the holds, the campaigns and the messages, in one snapshot, and names whatever does not add up.',
    tag: 'Admin',
    access: 'admin',
    query: LedgerQuery,
    answer: { status: 200, schema: LedgerOut },
    problems: ['not-found'],
  },
  async ({ ctx, query }) => presentLedger(await checkLedger(ctx, query)),
);

export const creditsRoutes: Route<OrgContext>[] = [
  readCredits,
  readCreditChart,
  topUp,
  readLedger,
  ...statementRoutes,
  ...transferRoutes,
  ...flowRoutes,
];
