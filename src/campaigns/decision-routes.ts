import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams } from '#src/platform/schemas.ts';
import { DecisionOut, presentDecision, presentRecipientDecision, RecipientDecisionOut } from './decision-schemas.ts';
import { explainCampaign } from './explain-campaign.ts';
import { explainRecipient } from './explain-recipient.ts';
import { RecipientParams } from './schemas.ts';

const read = { tag: 'Campaigns', access: 'user', scope: 'campaigns:read', method: 'get' } as const;

const ofCampaign = defineRoute(
  {
    ...read,
    path: '/v1/campaigns/{id}/decision',
    summary: 'Why it sends now, or why not',
    description: 'The first thing in the way, with everything that is asked before a message leaves.',
    params: IdParams,
    answer: { status: 200, schema: DecisionOut },
  },
  async ({ ctx, params }) => presentDecision(await explainCampaign(ctx, params.id), ctx.language),
);

const ofRecipient = defineRoute(
  {
    ...read,
    path: '/v1/campaigns/{id}/recipients/{recipientId}/decision',
    summary: 'Why this recipient is written to now, or why not',
    params: RecipientParams,
    answer: { status: 200, schema: RecipientDecisionOut },
  },
  async ({ ctx, params }) =>
    presentRecipientDecision(await explainRecipient(ctx, params.id, params.recipientId), ctx.language),
);

export const decisionRoutes: Route<OrgContext>[] = [ofCampaign, ofRecipient];
