import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams } from '#src/platform/schemas.ts';
import { addRecipients } from './add-recipients.ts';
import { presentCampaign } from './present-campaign.ts';
import { getCampaign } from './queries.ts';
import { removeRecipients } from './remove-recipients.ts';
import { retryFailed } from './retry-failed.ts';
import { reviseCampaign } from './revise-campaign.ts';
import { CampaignChanges, RecipientChange, RetryIn } from './revision-schemas.ts';
import { CampaignOut } from './schemas.ts';

const write = { tag: 'Campaigns', access: 'user', scope: 'campaigns:write', params: IdParams } as const;
const campaign = { status: 200, schema: CampaignOut } as const;

const show = async (ctx: OrgContext, id: string) => presentCampaign(await getCampaign(ctx, id));

const revise = defineRoute(
  {
    ...write,
    method: 'patch',
    path: '/v1/campaigns/{id}',
    summary: 'Revise a campaign that has not started',
    description:
      'While it is pending, or paused before it ever started. Credits are held anew for what it costs then; a 402 leaves everything as it was. Once part of it has gone out and it waits for its next opening, only `name`, `startAt`, `validUntil` and `delay` can change.',
    body: CampaignChanges,
    answer: campaign,
    problems: ['campaign-not-pending', 'insufficient-credits', 'identity-not-verified'],
  },
  async ({ ctx, params, body }) => {
    await reviseCampaign(ctx, params.id, body);
    return show(ctx, params.id);
  },
);

const changeRecipients = (
  method: 'post' | 'delete',
  summary: string,
  description: string,
  verb: (ctx: OrgContext, id: string, asked: RecipientChange) => Promise<void>,
) =>
  defineRoute(
    {
      ...write,
      method,
      path: '/v1/campaigns/{id}/recipients',
      summary,
      description,
      body: RecipientChange,
      answer: campaign,
      problems: ['campaign-not-pending', 'no-recipients', 'insufficient-credits'],
    },
    async ({ ctx, params, body }) => {
      await verb(ctx, params.id, body);
      return show(ctx, params.id);
    },
  );

const retry = defineRoute(
  {
    ...write,
    method: 'post',
    path: '/v1/campaigns/{id}/retry-failed',
    summary: 'Send again what failed and certainly reached nobody',
    description:
      'Holds credits for exactly the missing messages. A part that went out, or may have, is not sent again.',
    body: RetryIn,
    answer: campaign,
    problems: ['conflict', 'insufficient-credits'],
  },
  async ({ ctx, params, body }) => {
    await retryFailed(ctx, params.id, body);
    return show(ctx, params.id);
  },
);

export const campaignRevisionRoutes: Route<OrgContext>[] = [
  revise,
  changeRecipients(
    'post',
    'Add recipients to a pending campaign',
    'Each customer once; whoever may not be written to is counted in `excluded`. The longest text decides for all: it may change what the campaign costs.',
    addRecipients,
  ),
  changeRecipients(
    'delete',
    'Remove recipients from a pending campaign',
    'Their credits are free at once. Who is not among them is passed over; the last one cannot be removed.',
    removeRecipients,
  ),
  retry,
];
