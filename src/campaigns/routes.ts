import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams, pageOf } from '#src/platform/schemas.ts';
import { cancelCampaign } from './cancel-campaign.ts';
import { createCampaign } from './create-campaign.ts';
import { pauseCampaign } from './pause-campaign.ts';
import { presentCampaign, presentQuote, presentRecipient } from './present-campaign.ts';
import { getCampaign, listCampaigns, listRecipients } from './queries.ts';
import { quoteCampaign } from './quote-campaign.ts';
import { resolveUnknown } from './resolve-unknown.ts';
import { resumeCampaign } from './resume-campaign.ts';
import {
  CampaignIn,
  CampaignListQuery,
  CampaignOut,
  DecisionIn,
  QuoteOut,
  RecipientListQuery,
  RecipientOut,
  RecipientParams,
} from './schemas.ts';

const tag = 'Campaigns';
const read = { tag, access: 'user', scope: 'campaigns:read' } as const;
const write = { tag, access: 'user', scope: 'campaigns:write' } as const;

const show = async (ctx: OrgContext, id: string) => presentCampaign(await getCampaign(ctx, id));

const create = defineRoute(
  {
    ...write,
    method: 'post',
    path: '/v1/campaigns',
    summary: 'Create a campaign',
    description:
      'Freezes the recipients and holds the credits. It starts at `startAt`, inside the sending window. An email campaign costs nothing: ' +
      '`subject` and exactly one of `html`, `mjml` and `layout`; who sends it and the link to unsubscribe are added where they are missing.',
    body: CampaignIn,
    answer: { status: 201, schema: CampaignOut },
    problems: ['insufficient-credits', 'no-recipients', 'instance-not-open', 'identity-not-verified'],
  },
  async ({ ctx, body }) => show(ctx, await createCampaign(ctx, body)),
);

const quote = defineRoute(
  {
    ...write,
    method: 'post',
    path: '/v1/campaigns/quote',
    summary: 'What a campaign would cost, and when it would go out',
    body: CampaignIn,
    answer: { status: 200, schema: QuoteOut },
    problems: ['instance-not-open', 'identity-not-verified'],
  },
  async ({ ctx, body }) => presentQuote(await quoteCampaign(ctx, body), ctx.language),
);

const list = defineRoute(
  {
    ...read,
    method: 'get',
    path: '/v1/campaigns',
    summary: 'Campaigns, newest first',
    query: CampaignListQuery,
    answer: { status: 200, schema: pageOf(CampaignOut) },
  },
  async ({ ctx, query }) => {
    const page = await listCampaigns(ctx, query);
    return { ...page, data: page.data.map(presentCampaign) };
  },
);

const get = defineRoute(
  {
    ...read,
    method: 'get',
    path: '/v1/campaigns/{id}',
    summary: 'A campaign, its counts and credits',
    params: IdParams,
    answer: { status: 200, schema: CampaignOut },
  },
  ({ ctx, params }) => show(ctx, params.id),
);

const recipients = defineRoute(
  {
    ...read,
    method: 'get',
    path: '/v1/campaigns/{id}/recipients',
    summary: 'Recipients in the order of sending, each with its messages',
    params: IdParams,
    query: RecipientListQuery,
    answer: { status: 200, schema: pageOf(RecipientOut) },
  },
  async ({ ctx, params, query }) => {
    const page = await listRecipients(ctx, params.id, query);
    return { ...page, data: page.data.map(presentRecipient) };
  },
);

const change = (name: string, summary: string, verb: (ctx: OrgContext, id: string) => Promise<void>) =>
  defineRoute(
    {
      ...write,
      method: 'post',
      path: `/v1/campaigns/{id}/${name}`,
      summary,
      params: IdParams,
      answer: { status: 200, schema: CampaignOut },
      problems: ['conflict'],
    },
    async ({ ctx, params }) => {
      await verb(ctx, params.id);
      return show(ctx, params.id);
    },
  );

const resolve = (path: string, params: typeof IdParams | typeof RecipientParams, summary: string) =>
  defineRoute(
    {
      ...write,
      method: 'post',
      path,
      summary,
      params,
      body: DecisionIn,
      answer: { status: 200, schema: CampaignOut },
      problems: ['conflict', 'insufficient-credits'],
    },
    async ({ ctx, params, body }) => {
      await resolveUnknown(ctx, params.id, {
        ...body,
        ...('recipientId' in params && { recipientId: params.recipientId as string }),
      });
      return show(ctx, params.id);
    },
  );

export const campaignsRoutes: Route<OrgContext>[] = [
  create,
  quote,
  list,
  get,
  recipients,
  change('pause', 'Pause: takes effect within one message', pauseCampaign),
  change('resume', 'Resume where it stopped', resumeCampaign),
  resolve(
    '/v1/campaigns/{id}/resolve-unknown',
    IdParams,
    'Decide about all messages whose outcome could not be found out',
  ),
  resolve(
    '/v1/campaigns/{id}/recipients/{recipientId}/resolve',
    RecipientParams,
    'Decide about one recipient whose outcome could not be found out',
  ),
  change('cancel', 'Cancel: what was not sent is given back', cancelCampaign),
];
