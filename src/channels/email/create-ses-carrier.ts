import { GetAccountCommand, type SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import type { Carrier, CarrierQuota, RawMail } from './carrier.ts';
import { classifySes, type SesFailure } from './classify-ses.ts';
import { accepted, type MailOutcome, unknown } from './mail-outcome.ts';
import { openSesClient, SES_WIDTH, type SesOptions, sesTimeouts } from './open-ses-client.ts';

export type SesCarrierOptions = SesOptions & {
  /** Whose events tell what becomes of the mails; without one SES says nothing. */
  configurationSet?: string | null;
};

/** Amazon SES. One request a mail; tags for campaign and recipient come back with every event. */
export function createSesCarrier(options: SesCarrierOptions): Carrier {
  const client = openSesClient(options);
  const { connect, answer } = options.timeouts ?? sesTimeouts;
  return {
    kind: 'ses',
    key: `ses:${options.region}`,
    width: SES_WIDTH,
    timeoutMs: connect + answer,
    send: (mail) => sendOne(client, mail, options.configurationSet ?? null),
    quota: () => readQuota(client),
    close: async () => client.destroy(),
  };
}

async function sendOne(client: SESv2Client, mail: RawMail, configurationSet: string | null): Promise<MailOutcome> {
  try {
    const { MessageId } = await client.send(
      new SendEmailCommand({
        FromEmailAddress: mail.from,
        Destination: { ToAddresses: [mail.to] },
        Content: { Raw: { Data: Buffer.from(mail.raw as string) } },
        ...(configurationSet && { ConfigurationSetName: configurationSet }),
        EmailTags: tagsOf(mail),
      }),
    );
    return MessageId ? accepted(MessageId) : unknown('server-error', 'an answer without a message id');
  } catch (error) {
    return classifySes(error as SesFailure);
  }
}

const tagsOf = ({ campaignId, recipientId }: RawMail) =>
  Object.entries({ campaign: campaignId, recipient: recipientId }).flatMap(([Name, Value]) =>
    Value ? [{ Name, Value }] : [],
  );

/** What the account may send; nothing while its sending is paused. */
async function readQuota(client: SESv2Client): Promise<CarrierQuota | 'unavailable'> {
  try {
    const { SendQuota, SendingEnabled } = await client.send(new GetAccountCommand({}));
    if (!SendQuota) return 'unavailable';
    const { MaxSendRate = 1, Max24HourSend = 0, SentLast24Hours = 0 } = SendQuota;
    // -1: no limit
    const dailyQuota = SendingEnabled === false ? 0 : Max24HourSend < 0 ? null : Math.floor(Max24HourSend);
    return { ratePerSecond: MaxSendRate, dailyQuota, sentInDay: Math.ceil(SentLast24Hours) };
  } catch {
    return 'unavailable';
  }
}
