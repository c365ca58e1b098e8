import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { PageQuery } from '#src/platform/schemas.ts';
import { FlowOut, FlowQuery, LowAccountPage, presentFlow, presentLowAccount } from './flow-schemas.ts';
import { listLowAccounts } from './list-low-accounts.ts';
import { readCreditFlows } from './read-credit-flows.ts';

const admin = { tag: 'Admin', access: 'admin', method: 'get' } as const;

/** What a platform admin sees of everybody's credits. */
export const flowRoutes: Route<OrgContext>[] = [
  defineRoute(
    {
      ...admin,
      path: '/v1/admin/credits/chart',
      summary: 'Credits by day or month, on the whole platform or of one user',
      description:
        'Whole days or months of `timeZone` (unset: that of `userId`, or else one’s own); the ones that `from` and `to` fall into are counted whole. ' +
        'Default: the last 30 days or 12 months. At most 400 days or 120 months. Sums are those of the statements’ lines, by their time. `held` is what was ' +
        'held at the end: no line tells that later, so it is written down every quarter of an hour where it has changed, and known to that precision.',
      query: FlowQuery,
      answer: { status: 200, schema: FlowOut },
      problems: ['not-found'],
    },
    async ({ ctx, query }) => presentFlow(await readCreditFlows(ctx, query)),
  ),
  defineRoute(
    {
      ...admin,
      path: '/v1/admin/credits/low',
      summary: 'Users who have less than what they want to be warned of',
      description: 'Who has least comes first. The threshold is each user’s own: `mails.creditsBelow` of his settings.',
      query: PageQuery,
      answer: { status: 200, schema: LowAccountPage },
    },
    async ({ ctx, query }) => {
      const { data, nextCursor } = await listLowAccounts(ctx, query);
      return { data: data.map(presentLowAccount), nextCursor };
    },
  ),
];
