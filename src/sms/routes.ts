import type { OrgContext } from '#src/context.ts';
import { normalizePhone } from '#src/customers/normalize-phone.ts';
import { defaultRegionOf } from '#src/customers/queries.ts';
import { defineRoute } from '#src/door.ts';
import { invalid } from '#src/platform/problem.ts';
import type { Route } from '#src/platform/route.ts';
import { IdParams } from '#src/platform/schemas.ts';
import { previewSms } from './preview-sms.ts';
import { getSms, listSms } from './queries.ts';
import {
  presentPreview,
  presentSms,
  SmsIn,
  SmsOut,
  SmsPage,
  SmsPreviewIn,
  SmsPreviewOut,
  SmsQuery,
} from './schemas.ts';
import { writeSms } from './write-sms.ts';

const tag = 'SMS';
const read = { tag, access: 'user', scope: 'sms:read' } as const;

async function phoneOf(ctx: OrgContext, given: string | undefined): Promise<string | undefined> {
  if (given === undefined) return undefined;
  const phone = normalizePhone(given, await defaultRegionOf(ctx));
  if (!phone.ok) throw invalid('phone', phone.reason);
  return phone.phone;
}

export const smsRoutes: Route<OrgContext>[] = [
  defineRoute(
    {
      tag,
      access: 'user',
      scope: 'sms:write',
      method: 'post',
      path: '/v1/sms',
      summary: 'Send an SMS to a customer or a phone',
      description:
        'For what somebody is told, not for marketing. What it costs is held now, spent when the carrier takes it, and given back if it is not delivered. It is tried for 24 hours.',
      body: SmsIn,
      answer: { status: 201, schema: SmsOut },
      problems: ['insufficient-credits', 'blacklisted', 'sms-not-set-up', 'conflict'],
    },
    async ({ ctx, body }) => presentSms(await writeSms(ctx, body)),
  ),
  defineRoute(
    {
      ...read,
      method: 'post',
      path: '/v1/sms/preview',
      summary: 'How many SMS a text is',
      description: 'And what it costs, with the carrier that is set up. Nothing is sent.',
      body: SmsPreviewIn,
      answer: { status: 200, schema: SmsPreviewOut },
    },
    async ({ ctx, body }) => presentPreview(await previewSms(ctx, body.text)),
  ),
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/sms',
      summary: 'SMS, newest first',
      description: 'Written by hand, and those that appointments send. An owner sees everybody’s.',
      query: SmsQuery,
      answer: { status: 200, schema: SmsPage },
    },
    async ({ ctx, query }) => {
      const page = await listSms(ctx, { ...query, phone: await phoneOf(ctx, query.phone) });
      return { ...page, data: page.data.map(presentSms) };
    },
  ),
  defineRoute(
    {
      ...read,
      method: 'get',
      path: '/v1/sms/{id}',
      summary: 'One SMS and what became of it',
      params: IdParams,
      answer: { status: 200, schema: SmsOut },
    },
    async ({ ctx, params }) => presentSms(await getSms(ctx, params.id)),
  ),
];
