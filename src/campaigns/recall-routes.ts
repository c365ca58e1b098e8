import { z } from '@hono/zod-openapi';
import type { OrgContext } from '#src/context.ts';
import { recallStatuses } from '#src/db/schema/campaigns.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { Id, IdParams, InstantOut, toInstant } from '#src/platform/schemas.ts';
import { getRecall, type Recall, recallCampaign } from './recall-campaign.ts';

const RecallIn = z
  .strictObject({ sentWithinMinutes: z.int().min(1).max(3600).openapi({ example: 10 }) })
  .openapi('CampaignRecallIn');

const RecallOut = z
  .object({
    id: Id,
    campaignId: Id,
    status: z.enum(recallStatuses),
    sentAfter: InstantOut.openapi({ description: 'What was sent after this is taken back' }),
    total: z.int(),
    recalled: z.int(),
    failed: z.int().openapi({ description: 'Asked for, and refused' }),
    createdAt: InstantOut,
    endedAt: InstantOut.nullable(),
  })
  .openapi('CampaignRecall');

const present = (recall: Recall): z.input<typeof RecallOut> => ({
  id: recall.id,
  campaignId: recall.campaignId,
  status: recall.status,
  sentAfter: toInstant(recall.sentAfterAt),
  total: recall.totalCount,
  recalled: recall.recalledCount,
  failed: recall.failedCount,
  createdAt: toInstant(recall.createdAt),
  endedAt: toInstant(recall.endedAt),
});

const begin = defineRoute(
  {
    tag: 'Campaigns',
    access: 'user',
    scope: 'campaigns:write',
    method: 'post',
    path: '/v1/campaigns/{id}/recall',
    summary: 'Take back what it has just sent',
    description:
      'Deletes for everyone what the campaign sent within the last minutes (60 hours at most, which is WhatsApp’s limit), one message after the other at the pace at which the number sends; a running campaign is paused first. People may have read it by then, and their phones say that something was deleted. Credits are not given back. While a recall is under way the same one is answered.',
    params: IdParams,
    body: RecallIn,
    answer: { status: 202, schema: RecallOut },
    problems: ['conflict'],
  },
  async ({ ctx, params, body }) => present(await recallCampaign(ctx, params.id, body.sentWithinMinutes)),
);

const follow = defineRoute(
  {
    tag: 'Campaigns',
    access: 'user',
    scope: 'campaigns:read',
    method: 'get',
    path: '/v1/campaigns/{id}/recall',
    summary: 'How far its newest recall has come',
    params: IdParams,
    answer: { status: 200, schema: RecallOut },
  },
  async ({ ctx, params }) => present(await getRecall(ctx, params.id)),
);

export const recallRoutes: Route<OrgContext>[] = [begin, follow];
