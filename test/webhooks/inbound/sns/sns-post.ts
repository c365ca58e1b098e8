import { type KeyObject, sign } from 'node:crypto';

export const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:ulak-mail';
export const CERTIFICATE_URL = 'https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem';
export const SUBSCRIBE_URL = `https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=2336`;

type Fields = Record<string, string | undefined>;

/** As Amazon describes it, not as we do it: the names in this order, those that are there. */
const ORDER = ['Message', 'MessageId', 'Subject', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];

/** A message as SNS posts it, signed; `spoilt` is put in after signing. */
export function snsPost(key: KeyObject, fields: Fields = {}, spoilt: Fields = {}): string {
  const message: Fields = {
    Type: 'Notification',
    MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
    TopicArn: TOPIC,
    Message: '{}',
    Timestamp: '2026-03-02T09:00:00.000Z',
    SignatureVersion: '2',
    SigningCertURL: CERTIFICATE_URL,
    ...fields,
  };
  const text = ORDER.filter((name) => message[name] !== undefined)
    .map((name) => `${name}\n${message[name]}\n`)
    .join('');
  const algorithm = message.SignatureVersion === '1' ? 'RSA-SHA1' : 'RSA-SHA256';
  const Signature = sign(algorithm, Buffer.from(text), key).toString('base64');
  return JSON.stringify({
    ...message,
    Signature,
    UnsubscribeURL: 'https://sns.eu-central-1.amazonaws.com/',
    ...spoilt,
  });
}
