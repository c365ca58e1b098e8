import type { DnsRecord } from '#src/db/schema/emails.ts';

type Wanted = Omit<DnsRecord, 'found' | 'ok'>;
export type RecordsOf = {
  domain: string;
  dkimSelector: string;
  /** Base64, without PEM's lines. */
  dkimPublicKey: string;
  /** Null: the mail leaves by SMTP. */
  sesRegion: string | null;
  /** Of the SMTP server, where it is known. */
  smtpHost: string | null;
};

/** Where bounces go when SES carries the mail: a name of its own, so that SPF is the domain's too. */
export const mailFromOf = (domain: string): string => `bounce.${domain}`;

/** The DNS records that make a domain's mail its own: DKIM and DMARC, which the big mailboxes ask for, and what SPF needs. */
export function recordsOf({ domain, dkimSelector, dkimPublicKey, sesRegion, smtpHost }: RecordsOf): Wanted[] {
  const dkim: Wanted = {
    purpose: 'dkim',
    type: 'TXT',
    name: `${dkimSelector}._domainkey.${domain}`,
    value: `v=DKIM1; k=rsa; p=${dkimPublicKey}`,
    required: true,
  };
  const dmarc: Wanted = {
    purpose: 'dmarc',
    type: 'TXT',
    name: `_dmarc.${domain}`,
    value: 'v=DMARC1; p=none',
    required: true,
  };
  if (!sesRegion) {
    const value = `v=spf1 ${smtpHost ? `a:${smtpHost}` : 'mx'} ~all`;
    return [dkim, dmarc, { purpose: 'spf', type: 'TXT', name: domain, value, required: false }];
  }
  const mailFrom = mailFromOf(domain);
  const mx = `10 feedback-smtp.${sesRegion}.amazonses.com`;
  return [
    dkim,
    dmarc,
    { purpose: 'mail-from-mx', type: 'MX', name: mailFrom, value: mx, required: false },
    { purpose: 'mail-from', type: 'TXT', name: mailFrom, value: 'v=spf1 include:amazonses.com ~all', required: false },
  ];
}

/** Whether what was found does what the record is for. A DMARC or SPF policy of the domain's own is as good as ours. */
export function isMet({ purpose, value }: Wanted, found: readonly string[]): boolean {
  switch (purpose) {
    case 'dkim':
      return found.some((text) => tagOf(text, 'p') === tagOf(value, 'p'));
    case 'dmarc':
      return found.some((text) => /^v=DMARC1\s*(;|$)/i.test(text.trim()));
    case 'mail-from-mx':
      return found.some((text) => text.toLowerCase() === value);
    case 'mail-from':
      return found.some((text) => /^v=spf1 .*include:amazonses\.com/i.test(text));
    case 'spf':
      return found.filter((text) => /^v=spf1( |$)/i.test(text)).length === 1;
  }
}

/** The value of a tag in a list such as `v=DKIM1; p=…`, without white space. */
function tagOf(text: string, tag: string): string | null {
  for (const part of text.split(';')) {
    const [name, ...value] = part.split('=');
    if (name!.trim() === tag) return value.join('=').replaceAll(/\s/g, '');
  }
  return null;
}
