import { z } from '@hono/zod-openapi';
import { type FetchFromSns, fetchFromSns as fetchFromAmazon } from '#src/channels/email/fetch-from-sns.ts';
import { readAwsEvent } from '#src/channels/sms/read-aws-event.ts';
import type { OrgContext } from '#src/context.ts';
import { definePublicRoute } from '#src/door.ts';
import type { Route } from '#src/platform/route.ts';
import { applySmsReport } from '#src/sms/apply-sms-report.ts';
import { createCertificates } from '#webhooks/inbound/sns/create-certificates.ts';
import { receiveSns } from '#webhooks/inbound/sns/receive-sns.ts';

type Options = { fetchFromSns?: FetchFromSns | undefined };

/**
 * AWS End User Messaging tells, by way of SNS, what became of SMS. Applied at once, in one small transaction: the same word twice changes nothing, and
 * one that comes before our own commit is kept.
 */
export function smsHookRoutes({ fetchFromSns = fetchFromAmazon }: Options = {}): Route<OrgContext>[] {
  const certificates = createCertificates(fetchFromSns);
  return [
    definePublicRoute(
      {
        method: 'post',
        path: '/hooks/sms/aws',
        summary: 'Amazon SNS tells what became of SMS',
        tag: 'Webhooks in',
        answer: { status: 200, schema: z.object({ received: z.literal(true) }) },
        problems: ['unauthenticated', 'too-large', 'unsupported-media-type'],
      },
      async ({ ctx, request }) => {
        const topics = ctx.config.sms.aws?.topicArns ?? [];
        const notice = await receiveSns(ctx, request, { topics, certificates, fetchFromSns });
        const report = notice && readAwsEvent(parse(notice.Message));
        if (report) await applySmsReport(ctx, 'aws', report);
        return { received: true as const };
      },
    ),
  ];
}

/** Null for prose, of which SNS sends some. */
function parse(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return null;
  }
}
