import { type KeyObject, X509Certificate } from 'node:crypto';
import type { FetchFromSns } from '#src/channels/email/fetch-from-sns.ts';

/** Null: what is there is no certificate, or none that holds at `now`. Throws when it cannot be fetched. */
export type Certificates = { keyAt(url: string, now: Date): Promise<KeyObject | null> };

/** SNS has one or two at a time. */
const MOST_KEPT = 20;
/** Whoever invents addresses does not make us ask for all of them at once. */
const MOST_ASKED = 4;

/** Certificates, each fetched once; the caller has judged where from. */
export function createCertificates(fetchFromSns: FetchFromSns): Certificates {
  const kept = new Map<string, X509Certificate>();
  const asked = new Map<string, Promise<X509Certificate | null>>();
  async function ask(url: string): Promise<X509Certificate | null> {
    const certificate = readCertificate(await fetchFromSns(url));
    if (!certificate) return null;
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(url, certificate);
    return certificate;
  }
  return {
    async keyAt(url, now) {
      let found = kept.get(url) ?? asked.get(url);
      if (!found) {
        if (asked.size >= MOST_ASKED) throw new Error('too many certificates are being asked for');
        found = ask(url).finally(() => asked.delete(url));
        asked.set(url, found);
      }
      const certificate = await found;
      return certificate && holdsAt(certificate, now) ? certificate.publicKey : null;
    },
  };
}

function readCertificate(pem: string): X509Certificate | null {
  try {
    const certificate = new X509Certificate(pem);
    return certificate.publicKey.asymmetricKeyType === 'rsa' ? certificate : null;
  } catch {
    return null;
  }
}

const holdsAt = ({ validFrom, validTo }: X509Certificate, now: Date): boolean =>
  new Date(validFrom) <= now && now <= new Date(validTo);
