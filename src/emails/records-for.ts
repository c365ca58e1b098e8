import { smtpServerOf } from '#src/channels/email/smtp-server-of.ts';
import type { AppContext } from '#src/context.ts';
import type { DnsRecord } from '#src/db/schema/emails.ts';
import { recordsOf } from './identity-records.ts';
import type { Identity } from './require-identity.ts';

type Given = Pick<Identity, 'domain' | 'dkimSelector' | 'dkimPublicKey' | 'smtpUrlSealed'> & { records?: DnsRecord[] };

/** The records an identity needs as its mail leaves now, each with what was last found in its place. */
export function recordsFor(ctx: Pick<AppContext, 'config' | 'secrets'>, given: Given): DnsRecord[] {
  const own = given.smtpUrlSealed === null ? null : ctx.secrets.open(given.smtpUrlSealed);
  const { sesRegion, smtpUrl } = ctx.config.mail;
  const url = own ?? smtpUrl;
  const wanted = recordsOf({
    ...given,
    sesRegion: own ? null : sesRegion,
    smtpHost: url === null ? null : smtpServerOf(url).host,
  });
  return wanted.map((record) => {
    const known = given.records?.find(
      ({ purpose, name, value }) => purpose === record.purpose && name === record.name && value === record.value,
    );
    return { ...record, found: known?.found ?? [], ok: known?.ok ?? false };
  });
}
