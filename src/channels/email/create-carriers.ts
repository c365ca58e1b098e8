import { createHmac } from 'node:crypto';
import type { TraceCall } from '#src/platform/tracing.ts';
import type { Carrier } from './carrier.ts';
import { createSesCarrier } from './create-ses-carrier.ts';
import { createSmtpCarrier, type SmtpCarrier } from './create-smtp-carrier.ts';
import { createAddressFinder } from './find-address.ts';
import type { MailOutcome, Refusal } from './mail-outcome.ts';
import { createSesIdentities, type SesIdentities } from './ses-identities.ts';
import type { SmtpTimeouts } from './smtp-timeouts.ts';

export type CarriersOptions = {
  mail: {
    smtpUrl: string | null;
    sesRegion: string | null;
    sesEndpoint: string | null;
    sesConfigurationSet: string | null;
  };
  /** The carrier where neither SMTP nor SES is configured. */
  sandbox: () => Carrier;
  /** CIDRs that an organization's own SMTP server may be in although private. */
  allowPrivateTargets: readonly string[];
  /** Names organizations' servers without telling their passwords. */
  secret: string;
  /** Decrypts the URL of an identity's own server. */
  open: (sealed: string) => string;
  timeouts: SmtpTimeouts;
  /** Told of every mail handed over, and how long that took. */
  watch?: WatchMails;
  trace?: TraceCall | undefined;
};

export type WatchMails = (kind: Carrier['kind'], outcome: string, seconds: number) => void;

export type Carriers = {
  /** The platform's own. */
  own: Carrier;
  /** An identity's own server, the same connections for the same URL; else the platform's carrier. */
  of(identity: { smtpUrlSealed: string | null }): Carrier;
  /** Whether an identity's own server lets us in; null: it does. */
  probe(smtpUrlSealed: string): Promise<Refusal | null>;
  /** Null: the platform does not send by SES. */
  ses: SesIdentities | null;
  close(): Promise<void>;
};

/** Organizations' servers to which connections are kept; those beyond, used longest ago, keep none. */
const MOST_KEPT = 100;

/** Every road out for mail that the process has. */
export function createCarriers(options: CarriersOptions): Carriers {
  const { mail, timeouts } = options;
  const resolve = createAddressFinder(options.allowPrivateTargets);
  const keyOf = (url: string) => createHmac('sha256', options.secret).update(url).digest('hex').slice(0, 16);
  const kept = new Map<string, SmtpCarrier>();
  const watched = (carrier: Carrier) => watchMails(carrier, options);
  const own = watched(openOwn(options));
  const ses = mail.sesRegion ? createSesIdentities({ region: mail.sesRegion, endpoint: mail.sesEndpoint }) : null;
  const smtp = (url: string): SmtpCarrier => {
    const key = `smtp:${new URL(url).host}:${keyOf(url)}`;
    const carrier = kept.get(key) ?? createSmtpCarrier({ url, key, timeouts, resolve });
    // the youngest stands last
    kept.delete(key);
    kept.set(key, carrier);
    for (const [oldest, retiring] of kept) {
      if (kept.size <= MOST_KEPT) break;
      kept.delete(oldest);
      retiring.retire();
    }
    return carrier;
  };
  return {
    own,
    ses,
    of: ({ smtpUrlSealed }) => (smtpUrlSealed === null ? own : watched(smtp(options.open(smtpUrlSealed)))),
    probe: (sealed) => smtp(options.open(sealed)).probe(),
    async close() {
      ses?.close();
      await Promise.all([own, ...kept.values()].map((carrier) => carrier.close()));
    },
  };
}

function openOwn({ mail, sandbox, timeouts }: CarriersOptions): Carrier {
  if (mail.smtpUrl) return createSmtpCarrier({ url: mail.smtpUrl, timeouts });
  if (!mail.sesRegion) return sandbox();
  const { sesRegion: region, sesEndpoint: endpoint, sesConfigurationSet: configurationSet } = mail;
  return createSesCarrier({ region, endpoint, configurationSet });
}

const watchMails = (
  carrier: Carrier,
  { watch, trace }: { watch?: WatchMails; trace?: TraceCall | undefined },
): Carrier =>
  watch
    ? {
        ...carrier,
        async send(mail) {
          const begun = performance.now();
          const send = () => carrier.send(mail);
          const outcome = await (trace ? trace(carrier.kind, send, outcomeOf) : send());
          watch(carrier.kind, outcome.kind, (performance.now() - begun) / 1000);
          return outcome;
        },
      }
    : carrier;

const outcomeOf = ({ kind }: MailOutcome) => ({ outcome: kind, failed: kind !== 'accepted' });
