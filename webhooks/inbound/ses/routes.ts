import { z } from '@hono/zod-openapi';
import { type FetchFromSns, fetchFromSns as fetchFromAmazon } from '#src/channels/email/fetch-from-sns.ts';
import type { OrgContext } from '#src/context.ts';
import { definePublicRoute, type PublicContext } from '#src/door.ts';
import { recordCarrierEvents } from '#src/emails/record-carrier-events.ts';
import { invalid, Problem } from '#src/platform/problem.ts';
import { readJson } from '#src/platform/read-request.ts';
import type { Route } from '#src/platform/route.ts';
import { cleanEvent } from './clean-event.ts';
import { createCertificates } from './create-certificates.ts';
import { isSubscribeUrl } from './sns-host.ts';
import { SnsMessage } from './sns-message.ts';
import { verifySns } from './verify-sns.ts';

/** SNS posts 256 KB at most; as a string inside JSON that may double. */
const LIMIT_BYTES = 640 * 1024;

type Options = { fetchFromSns?: FetchFromSns | undefined };

/** SES tells, by way of SNS, what became of mails. Stored and answered, or refused; applied later. */
export function sesHookRoutes({ fetchFromSns = fetchFromAmazon }: Options = {}): Route<OrgContext>[] {
  const certificates = createCertificates(fetchFromSns);

  async function receive(ctx: PublicContext, request: Request): Promise<void> {
    const { json } = await readJson(request, LIMIT_BYTES, 'text/plain');
    const parsed = SnsMessage.safeParse(json);
    if (!parsed.success) throw invalid('body', { en: 'Not a message of SNS', tr: 'SNS iletisi değil' }, parsed.error);
    const message = parsed.data;
    const topics = ctx.config.mail.sesTopicArns;
    const refusal = await verifySns(message, { topics, certificates, now: ctx.clock.now() }).catch((cause) => {
      throw new Problem('unavailable', { cause });
    });
    if (refusal) throw new Problem('unauthenticated', { cause: new Error(`SNS message refused: ${refusal}`) });
    switch (message.Type) {
      case 'Notification':
        return store(ctx, message);
      case 'SubscriptionConfirmation':
        return confirm(ctx, message);
      case 'UnsubscribeConfirmation':
        ctx.log.warn({ topicArn: message.TopicArn }, 'SNS no longer tells us of this topic');
    }
  }

  async function confirm(ctx: PublicContext, { SubscribeURL, TopicArn }: { SubscribeURL: string; TopicArn: string }) {
    if (!isSubscribeUrl(SubscribeURL, TopicArn))
      throw new Problem('unauthenticated', { cause: new Error('SNS message refused: a SubscribeURL from elsewhere') });
    await fetchFromSns(SubscribeURL).catch((cause) => {
      throw new Problem('unavailable', { cause });
    });
    ctx.log.info({ topicArn: TopicArn }, 'subscribed to the events of SES');
  }

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
        await receive(ctx, request);
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
