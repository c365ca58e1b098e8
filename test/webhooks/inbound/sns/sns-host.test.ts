import { expect, it } from 'vitest';
import { isCertificateUrl, isSubscribeUrl } from '#webhooks/inbound/sns/sns-host.ts';
import { CERTIFICATE_URL, SUBSCRIBE_URL, TOPIC } from './sns-post.ts';

it('only SNS itself, in the region of the topic, keeps certificates and confirms subscriptions', () => {
  expect(isCertificateUrl(CERTIFICATE_URL, TOPIC)).toBe(true);
  for (const url of [
    CERTIFICATE_URL.replace('https', 'http'),
    CERTIFICATE_URL.replace('eu-central-1', 'us-east-1'),
    CERTIFICATE_URL.replace('amazonaws.com', 'amazonaws.com.evil.example'),
    CERTIFICATE_URL.replace('sns.', 'me@sns.'),
    `${CERTIFICATE_URL}?x=1`,
    'not an address',
  ])
    expect(isCertificateUrl(url, TOPIC), url).toBe(false);
  expect(isSubscribeUrl(SUBSCRIBE_URL, TOPIC)).toBe(true);
  expect(isSubscribeUrl(SUBSCRIBE_URL.replace('ConfirmSubscription', 'DeleteTopic'), TOPIC)).toBe(false);
  expect(isSubscribeUrl(SUBSCRIBE_URL.replace('ulak-mail', 'other'), TOPIC)).toBe(false);
});
