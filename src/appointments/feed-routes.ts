import { z } from '@hono/zod-openapi';
import type { OrgContext } from '#src/context.ts';
import { definePublicRoute, defineRoute } from '#src/door.ts';
import { notFound } from '#src/platform/problem.ts';
import type { Route } from '#src/platform/route.ts';
import { InstantOut, toInstant } from '#src/platform/schemas.ts';
import { type CalendarFeed, createCalendarFeed, findCalendarFeed, revokeCalendarFeed } from './calendar-feed.ts';
import { readCalendar } from './read-calendar.ts';

const own = { tag: 'Appointments', access: 'user' } as const;
const feedFields = {
  createdAt: InstantOut,
  lastReadAt: InstantOut.nullable().openapi({ description: 'When a calendar program last asked; null: never' }),
};
const CalendarFeedOut = z.object(feedFields).openapi('CalendarFeed');
const NewCalendarFeedOut = z
  .object({ ...feedFields, url: z.url().openapi({ description: 'The secret address, shown this once' }) })
  .openapi('NewCalendarFeed');

const present = ({ createdAt, lastReadAt }: CalendarFeed) => ({
  createdAt: toInstant(createdAt),
  lastReadAt: toInstant(lastReadAt),
});

const read = defineRoute(
  {
    ...own,
    method: 'get',
    path: '/v1/calendar-feed',
    summary: 'Whether my calendar has an address to subscribe to',
    scope: 'appointments:read',
    answer: { status: 200, schema: CalendarFeedOut },
    problems: ['not-found'],
  },
  async ({ ctx }) => {
    const feed = await findCalendarFeed(ctx);
    if (!feed) throw notFound();
    return present(feed);
  },
);

const create = defineRoute(
  {
    ...own,
    method: 'post',
    path: '/v1/calendar-feed',
    summary: 'Make a new address of my calendar',
    personal: true,
    description:
      'For Google Calendar, Outlook, Apple Calendar and the like. Whoever has the address sees my appointments; an earlier one leads nowhere from now on.',
    scope: 'appointments:write',
    answer: { status: 201, schema: NewCalendarFeedOut },
  },
  async ({ ctx }) => {
    const { url, ...feed } = await createCalendarFeed(ctx);
    return { ...present(feed), url };
  },
);

const revoke = defineRoute(
  {
    ...own,
    method: 'delete',
    path: '/v1/calendar-feed',
    summary: 'Take the address of my calendar back',
    scope: 'appointments:write',
    answer: { status: 204 },
  },
  ({ ctx }) => revokeCalendarFeed(ctx),
);

const FILE = /^([\w-]{43})\.ics$/;
const headersOf = ({ etag, changedAt }: { etag: string; changedAt: Date }) => ({
  'content-type': 'text/calendar; charset=utf-8',
  'content-disposition': 'inline; filename="ulak.ics"',
  'cache-control': 'private, no-cache',
  'x-robots-tag': 'noindex, nofollow',
  'referrer-policy': 'no-referrer',
  etag,
  'last-modified': changedAt.toUTCString(),
});

const subscribe = definePublicRoute(
  {
    method: 'get',
    path: '/calendar/{name}',
    summary: 'A consultant’s calendar (iCalendar), by its secret address',
    description: 'The last month and the year to come. 304 where `If-None-Match` has what is current.',
    tag: 'Appointments',
    params: z.strictObject({ name: z.string().max(100) }),
    query: z.object({}),
    answer: { status: 200, description: 'Appointments with the names of customers, and nothing else of them' },
    alsoProduces: ['text/calendar'],
    problems: ['not-found'],
  },
  async ({ ctx, params, request, c }) => {
    const [, token] = FILE.exec(params.name) ?? [];
    const calendar = token === undefined ? null : await readCalendar(ctx, token);
    if (!calendar) throw notFound();
    const headers = headersOf(calendar);
    const known = request.headers.get('if-none-match')?.split(/\s*,\s*/) ?? [];
    if (known.some((tag) => tag.replace(/^W\//, '') === calendar.etag || tag === '*'))
      return c.body(null, 304, headers);
    return c.body(calendar.content, 200, headers);
  },
);

/** A consultant's calendar in other programs. */
export const calendarFeedRoutes: Route<OrgContext>[] = [read, create, revoke, subscribe];
