import type { FetchFromSns } from '#src/channels/email/fetch-from-sns.ts';
import type { PublicContext } from '#src/door.ts';
import { invalid, Problem } from '#src/platform/problem.ts';
import { readJson } from '#src/platform/read-request.ts';
import type { Certificates } from './create-certificates.ts';
import { isSubscribeUrl } from './sns-host.ts';
import { SnsMessage } from './sns-message.ts';
import { verifySns } from './verify-sns.ts';

/** SNS posts 256 KB at most; as a string inside JSON that may double. */
const LIMIT_BYTES = 640 * 1024;

type Notice = SnsMessage & { Type: 'Notification' };
type Listener = {
  /** Whose messages are believed. */
  topics: readonly string[];
  certificates: Certificates;
  fetchFromSns: FetchFromSns;
};

/** What SNS tells, when it is SNS and about a topic of ours; null for what is only about the subscription, which is confirmed. Throws for all else. */
export async function receiveSns(ctx: PublicContext, request: Request, listener: Listener): Promise<Notice | null> {
  const { json } = await readJson(request, LIMIT_BYTES, 'text/plain');
  const parsed = SnsMessage.safeParse(json);
  if (!parsed.success) throw invalid('body', { en: 'Not a message of SNS', tr: 'SNS iletisi değil' }, parsed.error);
  const message = parsed.data;
  const { topics, certificates, fetchFromSns } = listener;
  const refusal = await verifySns(message, { topics, certificates, now: ctx.clock.now() }).catch((cause) => {
    throw new Problem('unavailable', { cause });
  });
  if (refusal) throw new Problem('unauthenticated', { cause: new Error(`SNS message refused: ${refusal}`) });
  switch (message.Type) {
    case 'Notification':
      return message;
    case 'SubscriptionConfirmation':
      await confirm(ctx, message, fetchFromSns);
      return null;
    case 'UnsubscribeConfirmation':
      ctx.log.warn({ topicArn: message.TopicArn }, 'SNS no longer tells us of this topic');
      return null;
  }
}

type Confirmation = { SubscribeURL: string; TopicArn: string };

async function confirm(ctx: PublicContext, { SubscribeURL, TopicArn }: Confirmation, fetchFromSns: FetchFromSns) {
  if (!isSubscribeUrl(SubscribeURL, TopicArn))
    throw new Problem('unauthenticated', { cause: new Error('SNS message refused: a SubscribeURL from elsewhere') });
  await fetchFromSns(SubscribeURL).catch((cause) => {
    throw new Problem('unavailable', { cause });
  });
  ctx.log.info({ topicArn: TopicArn }, 'subscribed to a topic of SNS');
}
