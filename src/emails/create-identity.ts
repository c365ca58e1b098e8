import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { and, desc, eq, isNull } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { requireOwner } from '#src/accounts/require-owner.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { sendingIdentities } from '#src/db/schema/emails.ts';
import { newId } from '#src/platform/ids.ts';
import { Problem } from '#src/platform/problem.ts';
import { providerWarmUpFrom, readIdentityAddress, sealSmtpUrl, warmUpFrom } from './identity-fields.ts';
import { checkIdentityJob } from './jobs.ts';
import type { Curves } from './provider-warm-up.ts';
import { recordsFor } from './records-for.ts';
import type { Identity } from './require-identity.ts';

export type NewIdentity = {
  fromName: string;
  fromEmail: string;
  replyTo?: string | null | undefined;
  tradeName: string;
  contact: string;
  smtpUrl?: string | null | undefined;
  warmUp?: boolean | undefined;
  providerWarmUp?: Curves | null | undefined;
};
type Keys = Pick<Identity, 'dkimSelector' | 'dkimKeySealed' | 'dkimPublicKey'>;

const MOST = 50;
const makeKeys = promisify(generateKeyPair);

/**
 * An address to send from, with a DKIM key of its own, or that of the organization's other addresses in the domain. Owner only. Its records
 * are looked for in a moment; until they are found nothing is sent from it. 409 for an address that is there already.
 */
export async function createIdentity(ctx: OrgContext, input: NewIdentity): Promise<Identity> {
  requireOwner(ctx);
  const fromEmail = readIdentityAddress('fromEmail', input.fromEmail);
  const replyTo = input.replyTo ? readIdentityAddress('replyTo', input.replyTo) : null;
  const smtpUrlSealed = input.smtpUrl ? sealSmtpUrl(ctx, input.smtpUrl) : null;
  const domain = fromEmail.slice(fromEmail.indexOf('@') + 1);
  const id = newId();
  const given = {
    domain,
    smtpUrlSealed,
    ...((await keysOfDomain(ctx, domain)) ?? (await newKeys(ctx, `ulak${id.slice(-6)}`))),
  };
  return inTransaction(ctx, async (ctx) => {
    await requireRoom(ctx);
    const [identity] = await ctx.db
      .insert(sendingIdentities)
      .values({
        id,
        organizationId: ctx.organizationId,
        fromName: input.fromName,
        fromEmail,
        replyTo,
        tradeName: input.tradeName,
        contact: input.contact,
        ...given,
        carrier: smtpUrlSealed ? 'smtp' : ctx.carriers.own.kind,
        records: recordsFor(ctx, given),
        warmUpSince: input.warmUp ? warmUpFrom(ctx) : null,
        providerWarmUp: providerWarmUpFrom(ctx, input.providerWarmUp, null),
        createdAt: ctx.clock.now(),
        updatedAt: ctx.clock.now(),
      })
      .onConflictDoNothing()
      .returning();
    if (!identity) throw new Problem('already-exists');
    await recordActivity(ctx, {
      verb: 'emails.create-identity',
      subjectType: 'sending-identity',
      subjectId: id,
      details: { fromEmail },
    });
    await ctx.jobs.send(checkIdentityJob, { identityId: id });
    return identity;
  });
}

/** One record in the DNS serves every address of a domain. */
async function keysOfDomain(ctx: OrgContext, domain: string): Promise<Keys | undefined> {
  const { dkimSelector, dkimKeySealed, dkimPublicKey } = sendingIdentities;
  const [keys] = await ctx.db
    .select({ dkimSelector, dkimKeySealed, dkimPublicKey })
    .from(sendingIdentities)
    .where(and(liveOf(ctx), eq(sendingIdentities.domain, domain)))
    .orderBy(desc(sendingIdentities.id))
    .limit(1);
  return keys;
}

async function newKeys(ctx: OrgContext, dkimSelector: string): Promise<Keys> {
  const { publicKey, privateKey } = await makeKeys('rsa', { modulusLength: 2048 });
  return {
    dkimSelector,
    dkimKeySealed: ctx.secrets.seal(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
    dkimPublicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  };
}

async function requireRoom(ctx: OrgContext): Promise<void> {
  if ((await ctx.db.$count(sendingIdentities, liveOf(ctx))) >= MOST)
    throw new Problem('conflict', {
      detail: { en: `At most ${MOST} sending identities`, tr: `En çok ${MOST} gönderen kimliği` },
    });
}

const liveOf = (ctx: OrgContext) =>
  and(eq(sendingIdentities.organizationId, ctx.organizationId), isNull(sendingIdentities.deletedAt));
