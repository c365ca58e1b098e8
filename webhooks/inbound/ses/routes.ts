import { z } from '@hono/zod-openapi';
import { type FetchFromSns, fetchFromSns as fetchFromAmazon } from '#src/channels/email/fetch-from-sns.ts';
import type { OrgContext } from '#src/context.ts';
import { definePublicRoute, type PublicContext } from '#src/door.ts';
import { recordCarrierEvents } from '#src/emails/record-carrier-events.ts';
import type { Route } from '#src/platform/route.ts';
import { createCertificates } from '#webhooks/inbound/sns/create-certificates.ts';
import { receiveSns } from '#webhooks/inbound/sns/receive-sns.ts';
import type { SnsMessage } from '#webhooks/inbound/sns/sns-message.ts';
import { cleanEvent } from './clean-event.ts';

type Options = { fetchFromSns?: FetchFromSns | undefined };

/** SES tells, by way of SNS, what became of mails. Stored and answered, or refused; applied later. */
export function sesHookRoutes({ fetchFromSns = fetchFromAmazon }: Options = {}): Route<OrgContext>[] {
  const certificates = createCertificates(fetchFromSns);
  return [
    definePublicRoute(
      {
        method: 'post',
        path: '/hooks/ses',
        summary: 'Amazon SNS tells what became of mails',
        tag: 'Webhooks in',
        answer: { status: 200, schema: z.object({ received: z.literal(true) }) },
        problems: ['unauthenticated', 'too-large', 'unsupported-media-type'],
      },
      async ({ ctx, request }) => {
        const topics = ctx.config.mail.sesTopicArns;
        const notice = await receiveSns(ctx, request, { topics, certificates, fetchFromSns });
        if (notice) await store(ctx, notice);
        return { received: true as const };
      },
    ),
  ];
}

/** The same notice twice is one row. */
async function store(ctx: PublicContext, { MessageId, TopicArn, Timestamp, Message }: SnsMessage): Promise<void> {
  const event = cleanEvent(Message);
  if (!event) return;
  const payload = { topicArn: TopicArn, publishedAt: Timestamp, event };
  await recordCarrierEvents(ctx, [{ carrier: 'ses', noticeId: MessageId, payload }]);
}
