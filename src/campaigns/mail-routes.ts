import type { OrgContext } from '#src/context.ts';
import { defineRoute } from '#src/door.ts';
import { renderMail } from '#src/emails/render-mail.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams } from '#src/platform/schemas.ts';
import { findReader, type Reader } from './find-reader.ts';
import {
  MailDraftIn,
  MailPreviewOut,
  MailPreviewQuery,
  presentPreview,
  presentTestMail,
  TestMailIn,
  TestMailOut,
} from './mail-schemas.ts';
import { draftMail, type Mail, readMail } from './read-mail.ts';
import { sendCampaignTest } from './send-campaign-test.ts';

const tag = 'Campaigns';
const read = { tag, access: 'user', scope: 'campaigns:read' } as const;
const write = { tag, access: 'user', scope: 'campaigns:write' } as const;
const preview = { status: 200, schema: MailPreviewOut } as const;
const outcome = { status: 200, schema: TestMailOut, description: 'What the carrier said of it' } as const;
const onlyMarked =
  'To the caller’s own address and nobody else, marked as a test: it is counted nowhere, its links lead where they say. ' +
  'Nothing is sent from an identity that is not verified. An organization has 30 an hour.';

const show = async (ctx: OrgContext, mail: Mail, reader: Reader) =>
  presentPreview(mail, await renderMail(ctx, mail.content, { ...reader, recipientId: '', address: '' }), ctx.language);

const previewDraft = defineRoute(
  {
    ...read,
    method: 'post',
    path: '/v1/campaigns/preview',
    summary: 'A mail as a customer would see it, before there is a campaign',
    body: MailDraftIn,
    answer: preview,
    problems: ['identity-not-verified'],
  },
  async ({ ctx, body }) => {
    const reader = await findReader(ctx, body.customerId);
    return show(ctx, await draftMail(ctx, body), reader);
  },
);

const previewCampaign = defineRoute(
  {
    ...read,
    method: 'get',
    path: '/v1/campaigns/{id}/preview',
    summary: 'A campaign’s mail as a customer sees it',
    params: IdParams,
    query: MailPreviewQuery,
    answer: preview,
    problems: ['conflict'],
  },
  async ({ ctx, params, query }) => {
    const mail = await readMail(ctx, params.id);
    return show(ctx, mail, await findReader(ctx, query.customerId, params.id));
  },
);

const testDraft = defineRoute(
  {
    ...write,
    method: 'post',
    path: '/v1/campaigns/test-mail',
    summary: 'Send a mail to oneself, before there is a campaign',
    description: onlyMarked,
    body: MailDraftIn,
    answer: outcome,
    problems: ['identity-not-verified', 'unavailable'],
  },
  async ({ ctx, body }) => {
    const reader = await findReader(ctx, body.customerId);
    const mail = await draftMail(ctx, body);
    return presentTestMail(await sendCampaignTest(ctx, { mail, reader, campaignId: null }));
  },
);

const testCampaign = defineRoute(
  {
    ...write,
    method: 'post',
    path: '/v1/campaigns/{id}/test-mail',
    summary: 'Send a campaign’s mail to oneself',
    description: onlyMarked,
    params: IdParams,
    body: TestMailIn,
    answer: outcome,
    problems: ['conflict', 'identity-not-verified', 'unavailable'],
  },
  async ({ ctx, params, body }) => {
    const mail = await readMail(ctx, params.id);
    const reader = await findReader(ctx, body.customerId, params.id);
    return presentTestMail(await sendCampaignTest(ctx, { mail, reader, campaignId: params.id }));
  },
);

export const campaignMailRoutes: Route<OrgContext>[] = [previewDraft, previewCampaign, testDraft, testCampaign];
