import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { listOnline, listPeaks } from './queries.ts';
import { OnlineOut, OnlineQuery, PeaksOut, PeaksQuery, presentOnline, presentPeaks } from './schemas.ts';

const admin = { tag: 'Admin', access: 'admin', method: 'get' } as const;

export const presenceRoutes: Route<OrgContext>[] = [
  defineRoute(
    {
      ...admin,
      path: '/v1/admin/online-users',
      summary: 'Who is online now',
      description:
        'Whoever has a live stream open, and whoever made a request within the last two to three minutes. Who closes his last stream is gone ' +
        'within twenty seconds. Each user counts once, on however many tabs and devices; API keys and admins who act as a user do not count.',
      query: OnlineQuery,
      answer: { status: 200, schema: OnlineOut },
    },
    async ({ ctx, query }) => {
      const { data, ...page } = await listOnline(ctx, query);
      return { ...page, data: data.map(presentOnline) };
    },
  ),
  defineRoute(
    {
      ...admin,
      path: '/v1/admin/online-users/peaks',
      summary: 'The most users that were online at once, day by day',
      description:
        'On the whole platform (days of Istanbul) or in one organization (days of its owner’s time zone). At most 400 days.',
      query: PeaksQuery,
      answer: { status: 200, schema: PeaksOut },
    },
    async ({ ctx, query }) => presentPeaks(await listPeaks(ctx, query)),
  ),
];
