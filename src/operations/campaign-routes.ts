import type { z } from '@hono/zod-openapi';
import { explainCampaign } from '#src/campaigns/explain-campaign.ts';
import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams } from '#src/platform/schemas.ts';
import { actOnCampaign } from './act-on-campaign.ts';
import {
  CampaignDetailOut,
  CampaignLinePage,
  CampaignQuery,
  PauseBody,
  presentCampaignDetail,
  presentLine,
  ReasonBody,
} from './campaign-schemas.ts';
import { listAllCampaigns } from './list-campaigns.ts';
import { readCampaigns } from './read-campaigns.ts';
import { type Steering, steerCampaign } from './steer-campaign.ts';

const admin = { tag: 'Admin', access: 'admin' } as const;
const detail = { params: IdParams, answer: { status: 200, schema: CampaignDetailOut } } as const;

async function showCampaign(ctx: OrgContext, id: string): Promise<z.input<typeof CampaignDetailOut>> {
  const theirs = await actOnCampaign(ctx, id);
  const [line] = await readCampaigns(theirs, [id]);
  return presentCampaignDetail(line!, await explainCampaign(theirs, id), ctx.language);
}

async function steer(ctx: OrgContext, id: string, steering: Steering) {
  await steerCampaign(ctx, id, steering);
  return showCampaign(ctx, id);
}

export const adminCampaignRoutes: Route<OrgContext>[] = [
  defineRoute(
    {
      ...admin,
      method: 'get',
      path: '/v1/admin/campaigns',
      summary: 'The campaigns of all organizations, how fast they are and why they wait',
      query: CampaignQuery,
      answer: { status: 200, schema: CampaignLinePage },
    },
    async ({ ctx, query }) => {
      const { data, nextCursor } = await listAllCampaigns(ctx, query);
      return { data: data.map(presentLine), nextCursor };
    },
  ),
  defineRoute(
    {
      ...admin,
      ...detail,
      method: 'get',
      path: '/v1/admin/campaigns/{id}',
      summary: 'Anybody’s campaign, and why it sends now or does not',
    },
    async ({ ctx, params }) => showCampaign(ctx, params.id),
  ),
  defineRoute(
    {
      ...admin,
      ...detail,
      method: 'post',
      path: '/v1/admin/campaigns/{id}/pause',
      summary: 'Pause anybody’s campaign',
      description:
        'No message is begun after the answer; one that is on the wire ends by itself. Its owner reads the reason, and cannot resume it unless ' +
        '`ownerMayResume`; one that he had paused himself is held back too. He can always cancel it.',
      body: PauseBody,
      problems: ['conflict'],
    },
    async ({ ctx, params, body }) => steer(ctx, params.id, { to: 'pause', ...body }),
  ),
  defineRoute(
    {
      ...admin,
      ...detail,
      method: 'post',
      path: '/v1/admin/campaigns/{id}/resume',
      summary: 'Resume anybody’s paused campaign',
      body: ReasonBody,
      problems: ['conflict'],
    },
    async ({ ctx, params, body }) => steer(ctx, params.id, { to: 'resume', ...body }),
  ),
  defineRoute(
    {
      ...admin,
      ...detail,
      method: 'post',
      path: '/v1/admin/campaigns/{id}/cancel',
      summary: 'Cancel anybody’s campaign',
      description: 'Whoever was not written to is skipped, and the owner’s credits are free at once.',
      body: ReasonBody,
      problems: ['conflict'],
    },
    async ({ ctx, params, body }) => steer(ctx, params.id, { to: 'cancel', ...body }),
  ),
];
