import { PinpointSMSVoiceV2Client, SendTextMessageCommand } from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { type AwsFailure, classifyAws } from './classify-aws.ts';
import type { OutgoingSms, SmsCarrier } from './sms-carrier.ts';
import { accepted, type SmsOutcome, unknown } from './sms-outcome.ts';

export type AwsSmsOptions = {
  region: string;
  /** A phone, sender id, or pool of the account's. */
  sender: string;
  /** Another place that speaks it. */
  endpoint?: string | null;
  /** Whose events tell what becomes of an SMS; without one AWS says nothing. */
  configurationSet?: string | null;
  /** Else the usual AWS variables, files and roles. */
  credentials?: { accessKeyId: string; secretAccessKey: string };
  /** Milliseconds. */
  timeouts?: { connect: number; answer: number };
};

const TIMEOUTS = { connect: 5_000, answer: 20_000 };
/** What AWS takes: five seconds to three days. */
const TTL_SECONDS = { least: 5, most: 259_200 };

/** AWS End User Messaging SMS. It knows no Turkish tables: a ş makes all of an SMS UCS-2. */
export function createAwsSms(options: AwsSmsOptions): SmsCarrier {
  const { region, endpoint, credentials, timeouts = TIMEOUTS } = options;
  // a second attempt of the SDK's would be a second SMS
  const client = new PinpointSMSVoiceV2Client({
    region,
    maxAttempts: 1,
    ...(endpoint && { endpoint }),
    ...(credentials && { credentials }),
    requestHandler: {
      connectionTimeout: timeouts.connect,
      requestTimeout: timeouts.answer,
      throwOnRequestTimeout: true,
    },
  });
  return {
    kind: 'aws',
    turkish: false,
    unicode: true,
    timeoutMs: timeouts.connect + timeouts.answer,
    send: (sms) => sendOne(client, sms, options),
    close: async () => client.destroy(),
  };
}

async function sendOne(
  client: PinpointSMSVoiceV2Client,
  sms: OutgoingSms,
  options: AwsSmsOptions,
): Promise<SmsOutcome> {
  try {
    const { MessageId } = await client.send(
      new SendTextMessageCommand({
        DestinationPhoneNumber: sms.phone,
        OriginationIdentity: options.sender,
        MessageBody: sms.text,
        MessageType: 'TRANSACTIONAL',
        TimeToLive: Math.min(TTL_SECONDS.most, Math.max(TTL_SECONDS.least, sms.ttlSeconds)),
        Context: { sms: sms.id },
        ...(options.configurationSet && { ConfigurationSetName: options.configurationSet }),
      }),
    );
    return MessageId ? accepted(MessageId) : unknown('server-error', 'an answer without a message id');
  } catch (error) {
    return classifyAws(error as AwsFailure);
  }
}
