import { z } from '@hono/zod-openapi';

const text = (longest: number) => z.string().min(1).max(longest);
const LONGEST_MESSAGE = 512 * 1024;

const common = {
  MessageId: text(100),
  TopicArn: text(400),
  Message: z.string().max(LONGEST_MESSAGE),
  Timestamp: z.iso.datetime({ offset: true }),
  SignatureVersion: z.enum(['1', '2']),
  Signature: text(2_000),
  SigningCertURL: text(500),
};
const confirmation = { ...common, Token: text(2_000), SubscribeURL: text(3_000) };

/** What Amazon SNS posts, as far as we read it. */
export const SnsMessage = z.discriminatedUnion('Type', [
  z.object({ ...common, Type: z.literal('Notification'), Subject: z.string().max(500).nullish() }),
  z.object({ ...confirmation, Type: z.literal('SubscriptionConfirmation') }),
  z.object({ ...confirmation, Type: z.literal('UnsubscribeConfirmation') }),
]);
export type SnsMessage = z.infer<typeof SnsMessage>;

const SIGNED = ['Message', 'MessageId', 'Subject', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'] as const;

/** What the signature is over: each field there is, its name and its value on a line of their own. */
export const signedText = (message: SnsMessage): string =>
  SIGNED.map((name) => [name, (message as Record<string, unknown>)[name]])
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${name}\n${value}\n`)
    .join('');
