import { addressHash } from '#src/customers/address-hash.ts';
import type { Language } from '#src/platform/language.ts';
import { oneLine } from './mail-headers.ts';
import { type MailKeys, signToken } from './mail-token.ts';
import type { MailValues } from './split-template.ts';

/** One who gets a mail. */
export type MailAddressee = {
  recipientId: string;
  name: string;
  address: string;
  variables: Readonly<Record<string, string | null | undefined>>;
};

/** Of which mail the links are. Null in place of a campaign: a mail to look at, whose links lead where they say. */
export type MailLinks = {
  publicUrl: string;
  keys: MailKeys;
  content: { id: string; links: readonly string[]; language: Language };
  campaign: { organizationId: string; trackOpens: boolean; trackClicks: boolean } | null;
};

/** In the place of a token, where nobody is to be unsubscribed. */
export const SAMPLE_TOKEN = 'sample';

/** Everything a mail may hold of one recipient; links are signed when they are asked for, and once. */
export function valuesFor(links: MailLinks, addressee: MailAddressee, unsubscribeUrl: string): MailValues {
  const link = linkMaker(links, addressee);
  return (name) => {
    if (name === 'unsubscribeUrl') return unsubscribeUrl;
    if (name === 'pixel') return pixelOf(links, addressee, link);
    if (name.startsWith('link')) return link(Number(name.slice('link'.length)));
    const value = addressee.variables[name];
    return value?.trim() ? oneLine(value) : undefined;
  };
}

export function unsubscribeUrlOf({ publicUrl, keys, content, campaign }: MailLinks, addressee: MailAddressee): string {
  if (!campaign) return `${publicUrl}/u/${SAMPLE_TOKEN}`;
  const { organizationId } = campaign;
  const emailHash = addressHash(organizationId, addressee.address);
  const { recipientId } = addressee;
  const { language } = content;
  return `${publicUrl}/u/${signToken(keys, { kind: 'unsubscribe', organizationId, recipientId, emailHash, language })}`;
}

type LinkMaker = (link: number) => string | undefined;

function linkMaker({ publicUrl, keys, content, campaign }: MailLinks, { recipientId }: MailAddressee): LinkMaker {
  if (!campaign?.trackClicks) return (link) => content.links[link - 1];
  return (link) => `${publicUrl}/c/${signToken(keys, { kind: 'click', recipientId, contentId: content.id, link })}`;
}

/** A picture that nobody sees tells that the mail was opened; a link that nobody sees, that a machine follows all of them. */
function pixelOf({ publicUrl, keys, campaign }: MailLinks, { recipientId }: MailAddressee, link: LinkMaker): string {
  const open = campaign?.trackOpens
    ? `<img src="${publicUrl}/o/${signToken(keys, { kind: 'open', recipientId })}" width="1" height="1" alt="" style="display:block;width:1px;height:1px;border:0">`
    : '';
  const trap = campaign?.trackClicks
    ? `<a href="${link(0)}" style="display:none" tabindex="-1" aria-hidden="true" rel="nofollow"></a>`
    : '';
  return open + trap;
}
