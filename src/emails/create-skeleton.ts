import type { Carrier, RawMail } from '#src/channels/email/carrier.ts';
import { createDkimSigner, type DkimSigner } from '#src/channels/email/create-dkim-signer.ts';
import type { AppContext } from '#src/context.ts';
import type { campaigns } from '#src/db/schema/campaigns.ts';
import { createMailKeys } from './mail-token.ts';
import type { MailAddressee } from './mail-values.ts';
import { type MailInput, prepareMail } from './prepare-mail.ts';
import type { Identity } from './require-identity.ts';

type Campaign = Pick<typeof campaigns.$inferSelect, 'id' | 'organizationId' | 'trackOpens' | 'trackClicks'>;
export type SkeletonInput = {
  /** Null: a mail to look at, whose links lead where they say. */
  campaign: Campaign | null;
  content: MailInput['content'];
  identity: Identity;
  carrier: Pick<Carrier, 'kind'>;
};
export type Skeleton = {
  /** A whole mail, ready for the carrier. Throws for an address that cannot stand in a header. */
  compose(addressee: MailAddressee, subject?: 0 | 1): RawMail & { subject: string };
};

/** Makes of an email's content, once, all that its mails have in common. SES signs by itself; for an SMTP server we do. */
export function createSkeleton(
  ctx: Pick<AppContext, 'authSecret' | 'publicUrl' | 'clock' | 'secrets'>,
  { campaign, content, identity, carrier }: SkeletonInput,
): Skeleton {
  const keys = createMailKeys(ctx.authSecret);
  const make = prepareMail({ campaign, content, identity, keys, publicUrl: ctx.publicUrl });
  const sign: DkimSigner | null = carrier.kind !== 'ses' ? signerOf(ctx, identity) : null;
  return {
    compose(addressee, subject = 0) {
      const mail = make(addressee, { at: ctx.clock.now(), subject });
      return {
        from: identity.fromEmail,
        to: addressee.address,
        raw: sign ? sign(mail.raw) : mail.raw,
        messageId: mail.messageId,
        subject: mail.subject,
        campaignId: campaign?.id ?? null,
        recipientId: campaign ? addressee.recipientId : null,
      };
    },
  };
}

const signerOf = (
  { secrets }: Pick<AppContext, 'secrets'>,
  { domain, dkimSelector, dkimKeySealed }: Identity,
): DkimSigner => createDkimSigner({ domain, selector: dkimSelector, privateKey: secrets.open(dkimKeySealed) });
