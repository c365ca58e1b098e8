import { verify } from 'node:crypto';
import type { Certificates } from './create-certificates.ts';
import { isCertificateUrl } from './sns-host.ts';
import { type SnsMessage, signedText } from './sns-message.ts';

/** SNS tries for an hour; what is older, or from the future, is somebody's recording. */
const WINDOW_MS = 60 * 60_000;

/**
 * Why a message is not believed; null when it is. The topic comes first: a good signature proves only that some topic of Amazon's said
 * it, and anybody may have one.
 */
export async function verifySns(
  message: SnsMessage,
  { topics, certificates, now }: { topics: readonly string[]; certificates: Certificates; now: Date },
): Promise<string | null> {
  if (!topics.includes(message.TopicArn)) return 'a topic that is not ours';
  if (Math.abs(now.getTime() - new Date(message.Timestamp).getTime()) > WINDOW_MS) return 'too old';
  if (!isCertificateUrl(message.SigningCertURL, message.TopicArn)) return 'a certificate from elsewhere';
  const key = await certificates.keyAt(message.SigningCertURL, now);
  if (!key) return 'no certificate that holds';
  const algorithm = message.SignatureVersion === '2' ? 'RSA-SHA256' : 'RSA-SHA1';
  const signature = Buffer.from(message.Signature, 'base64');
  return verify(algorithm, Buffer.from(signedText(message)), key, signature) ? null : 'a signature that does not hold';
}
