import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams, PageQuery, pageOf } from '#src/platform/schemas.ts';
import { createSegment } from './create-segment.ts';
import { deleteSegment } from './delete-segment.ts';
import { FilterBody } from './search-schemas.ts';
import { getSegment, listSegments, previewFilter } from './segment-queries.ts';
import { Preview, presentPreview, presentSegment, Segment, SegmentBody, SegmentChanges } from './segment-schemas.ts';
import { updateSegment } from './update-segment.ts';

const read = { access: 'user', scope: 'segments:read', tag: 'Segments' } as const;
const write = { access: 'user', scope: 'segments:write', tag: 'Segments' } as const;
const segment = { status: 200, schema: Segment } as const;

export const segmentRoutes: Route<OrgContext>[] = [
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/segments',
      summary: 'List segments, newest first',
      query: PageQuery,
      answer: { status: 200, schema: pageOf(Segment) },
    },
    async ({ ctx, query }) => {
      const { data, nextCursor } = await listSegments(ctx, query);
      return { data: data.map((row) => presentSegment(row, ctx.language)), nextCursor };
    },
  ),
  defineRoute(
    {
      ...write,
      method: 'post',
      path: '/v1/segments',
      summary: 'Save a filter as a segment',
      description:
        'Evaluated whenever it is used: a campaign takes who is in it when it is made. Names are unique, however cased; `already-exists` names the other in `segmentId`. A filter may name segments, four within each other.',
      body: SegmentBody,
      answer: { status: 201, schema: Segment },
      problems: ['already-exists'],
    },
    async ({ ctx, body }) => presentSegment(await createSegment(ctx, body), ctx.language),
  ),
  defineRoute(
    {
      ...read,
      method: 'post',
      path: '/v1/segments/preview',
      summary: 'Whom a filter lets through, before it is saved',
      body: FilterBody,
      answer: { status: 200, schema: Preview },
    },
    async ({ ctx, body }) => presentPreview(await previewFilter(ctx, body.filter)),
  ),
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/segments/{id}',
      summary: 'One segment, with the number of customers in it now',
      description: 'Its customers: `GET /v1/customers?segmentId=`.',
      params: IdParams,
      answer: segment,
    },
    async ({ ctx, params }) => presentSegment(await getSegment(ctx, params.id), ctx.language),
  ),
  defineRoute(
    {
      ...write,
      method: 'patch',
      path: '/v1/segments/{id}',
      summary: 'Rename a segment, or change its filter',
      description: 'Campaigns that were made keep the recipients they have.',
      params: IdParams,
      body: SegmentChanges,
      answer: segment,
      problems: ['already-exists'],
    },
    async ({ ctx, params, body }) => presentSegment(await updateSegment(ctx, params.id, body), ctx.language),
  ),
  defineRoute(
    {
      ...write,
      method: 'delete',
      path: '/v1/segments/{id}',
      summary: 'Delete a segment; its customers stay',
      description:
        '`segment-in-use` names the segments and the pending campaigns that name it in `segmentIds` and `campaignIds`.',
      params: IdParams,
      answer: { status: 204 },
      problems: ['segment-in-use'],
    },
    ({ ctx, params }) => deleteSegment(ctx, params.id),
  ),
];
