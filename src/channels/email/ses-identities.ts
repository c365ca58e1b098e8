import {
  CreateEmailIdentityCommand,
  DeleteEmailIdentityCommand,
  GetEmailIdentityCommand,
  PutEmailIdentityDkimSigningAttributesCommand,
  PutEmailIdentityMailFromAttributesCommand,
} from '@aws-sdk/client-sesv2';
import { classifySes, type SesFailure } from './classify-ses.ts';
import type { Refusal } from './mail-outcome.ts';
import { openSesClient, type SesOptions } from './open-ses-client.ts';

export type SesKey = {
  domain: string;
  dkimSelector: string;
  /** PKCS#8 PEM, RSA of 1024 to 2048 bits: SES signs with our key, so no record changes hands with the carrier. */
  dkimKey: string;
};
export type NewSesIdentity = SesKey & {
  /** Such as `bounce.acme.example.com`; null: SES's own. */
  mailFrom: string | null;
};
type State = 'pending' | 'verified' | 'failed';
export type SesIdentity = { verified: boolean; dkim: State; mailFrom: { domain: string; state: State } | null };
type Answer<T> = { kind: 'accepted'; value: T } | Refusal;

export type SesIdentities = {
  /** `exists`: somebody has the domain already; nothing is changed then, for its key is another's. */
  create(identity: NewSesIdentity): Promise<Answer<'created' | 'exists'>>;
  /** Null: SES does not know the domain. */
  read(domain: string): Promise<Answer<SesIdentity | null>>;
  /** Has SES look for the key again where it gave up; from now on it signs with this one. */
  lookAgain(key: SesKey): Promise<Answer<void>>;
  /** Done also when it was gone. */
  remove(domain: string): Promise<Answer<void>>;
  close(): void;
};

/** The domains that SES sends from for us. */
export function createSesIdentities(options: SesOptions): SesIdentities {
  const client = openSesClient(options);
  const setMailFrom = (domain: string, mailFrom: string) =>
    client.send(
      new PutEmailIdentityMailFromAttributesCommand({
        EmailIdentity: domain,
        MailFromDomain: mailFrom,
        BehaviorOnMxFailure: 'USE_DEFAULT_VALUE',
      }),
    );
  return {
    create: ({ domain, dkimSelector, dkimKey, mailFrom }) =>
      ask(
        async () => {
          await client.send(
            new CreateEmailIdentityCommand({
              EmailIdentity: domain,
              DkimSigningAttributes: signingBy({ dkimSelector, dkimKey }),
            }),
          );
          if (mailFrom) await setMailFrom(domain, mailFrom);
          return 'created' as const;
        },
        { AlreadyExistsException: 'exists' },
      ),
    read: (domain) =>
      ask(
        async () => {
          const found = await client.send(new GetEmailIdentityCommand({ EmailIdentity: domain }));
          const { MailFromDomain, MailFromDomainStatus } = found.MailFromAttributes ?? {};
          return {
            verified: found.VerifiedForSendingStatus === true,
            dkim: stateOf(found.DkimAttributes?.Status),
            mailFrom: MailFromDomain ? { domain: MailFromDomain, state: stateOf(MailFromDomainStatus) } : null,
          };
        },
        { NotFoundException: null },
      ),
    lookAgain: ({ domain, ...key }) =>
      ask(async () => {
        const SigningAttributes = signingBy(key);
        await client.send(
          new PutEmailIdentityDkimSigningAttributesCommand({
            EmailIdentity: domain,
            SigningAttributesOrigin: 'EXTERNAL',
            SigningAttributes,
          }),
        );
      }, {}),
    remove: (domain) =>
      ask(async () => void (await client.send(new DeleteEmailIdentityCommand({ EmailIdentity: domain }))), {
        NotFoundException: undefined,
      }),
    close: () => client.destroy(),
  };
}

const signingBy = ({ dkimSelector, dkimKey }: Omit<SesKey, 'domain'>) => ({
  DomainSigningSelector: dkimSelector,
  DomainSigningPrivateKey: dkimKey.replaceAll(/-----[^-]+-----|\s/g, ''),
});

/** Errors named in `known` are answers too. */
async function ask<T>(call: () => Promise<T>, known: Record<string, T>): Promise<Answer<T>> {
  try {
    return { kind: 'accepted', value: await call() };
  } catch (error) {
    const failure = error as SesFailure;
    if (Object.hasOwn(known, failure.name)) return { kind: 'accepted', value: known[failure.name]! };
    return classifySes(failure);
  }
}

const stateOf = (status: string | undefined): State =>
  status === 'SUCCESS' ? 'verified' : status === 'FAILED' ? 'failed' : 'pending';
