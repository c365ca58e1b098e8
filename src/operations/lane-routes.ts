import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { LanePage, LaneQuery, MailLanesOut, presentCarrier, presentLane } from './lane-schemas.ts';
import { listCarriers } from './list-carriers.ts';
import { listLanes } from './list-lanes.ts';

const admin = { tag: 'Admin', access: 'admin', method: 'get' } as const;

export const laneRoutes: Route<OrgContext>[] = [
  defineRoute(
    {
      ...admin,
      path: '/v1/admin/lanes',
      summary: 'The queues of all numbers: when each sends next, and why it waits',
      query: LaneQuery,
      answer: { status: 200, schema: LanePage },
    },
    async ({ ctx, query }) => {
      const { data, nextCursor } = await listLanes(ctx, query);
      return { data: data.map((line) => presentLane(line, ctx.clock.now())), nextCursor };
    },
  ),
  defineRoute(
    {
      ...admin,
      path: '/v1/admin/mail-lanes',
      summary: 'The carriers of mail: how fast each may be used, and what waits',
      answer: { status: 200, schema: MailLanesOut },
    },
    async ({ ctx }) => {
      const { data, backlog } = await listCarriers(ctx);
      const oldestDueAt = backlog.oldestDueAt && new Date(backlog.oldestDueAt).toISOString();
      return { data: data.map(presentCarrier), backlog: { ...backlog, oldestDueAt }, nextCursor: null };
    },
  ),
];
