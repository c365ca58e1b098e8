const REGION = /^arn:(aws[a-z-]*):sns:([a-z]{2}(?:-[a-z]+)+-\d):/;
const CERTIFICATE = /^\/SimpleNotificationService-[A-Za-z0-9]+\.pem$/;

/** The host that SNS speaks from in a topic's region; null for what is no topic. */
function hostOf(topicArn: string): string | null {
  const [, partition, region] = REGION.exec(topicArn) ?? [];
  if (!region) return null;
  return `sns.${region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}`;
}

function onHost(url: string, topicArn: string): URL | null {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  return parsed?.origin === `https://${hostOf(topicArn)}` && parsed.username === '' ? parsed : null;
}

/** Whether SNS keeps the certificates of that topic's region there: anybody may host a certificate somewhere at Amazon. */
export function isCertificateUrl(url: string, topicArn: string): boolean {
  const parsed = onHost(url, topicArn);
  return parsed !== null && CERTIFICATE.test(parsed.pathname) && parsed.search === '';
}

/** Whether visiting it confirms a subscription to that topic, and does nothing else. */
export function isSubscribeUrl(url: string, topicArn: string): boolean {
  const parsed = onHost(url, topicArn);
  if (parsed?.pathname !== '/') return false;
  return (
    parsed.searchParams.get('Action') === 'ConfirmSubscription' && parsed.searchParams.get('TopicArn') === topicArn
  );
}
