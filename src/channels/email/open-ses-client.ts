import { SESv2Client } from '@aws-sdk/client-sesv2';

export type SesOptions = {
  region: string;
  /** Another place that speaks SES. */
  endpoint?: string | null;
  /** Else the usual AWS variables, files and roles. */
  credentials?: { accessKeyId: string; secretAccessKey: string };
  timeouts?: SesTimeouts;
};
/** Milliseconds. */
export type SesTimeouts = { connect: number; answer: number };

export const sesTimeouts: SesTimeouts = { connect: 5_000, answer: 30_000 };
/** Mails on their way at once; an answer takes about 80 ms, so this is more than 500 a second. */
export const SES_WIDTH = 50;

/**
 * The SDK sends a second mail when the answer to the first was lost, unless it is told that one attempt is all. Connections are kept.
 */
export function openSesClient({ region, endpoint, credentials, timeouts = sesTimeouts }: SesOptions): SESv2Client {
  const agent = { keepAlive: true, maxSockets: SES_WIDTH };
  return new SESv2Client({
    region,
    maxAttempts: 1,
    ...(endpoint && { endpoint }),
    ...(credentials && { credentials }),
    requestHandler: {
      connectionTimeout: timeouts.connect,
      requestTimeout: timeouts.answer,
      throwOnRequestTimeout: true,
      httpsAgent: agent,
      httpAgent: agent,
    },
  });
}
