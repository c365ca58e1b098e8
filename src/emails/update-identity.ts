import { and, eq, isNull } from 'drizzle-orm';
import { changesOf } from '#src/accounts/changes-of.ts';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { requireOwner } from '#src/accounts/require-owner.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { sendingIdentities } from '#src/db/schema/emails.ts';
import { notFound } from '#src/platform/problem.ts';
import { providerWarmUpFrom, readIdentityAddress, sealSmtpUrl, warmUpFrom } from './identity-fields.ts';
import { checkIdentityJob } from './jobs.ts';
import type { Curves } from './provider-warm-up.ts';
import { recordsFor } from './records-for.ts';
import type { Identity } from './require-identity.ts';

const FIELDS = [
  'fromName',
  'tradeName',
  'contact',
  'replyTo',
  'warmUpSince',
  'providerWarmUp',
  'smtpUrlSealed',
  'carrier',
  'status',
] as const;

/** What is left out stays; null clears. */
export type IdentityChange = {
  fromName?: string | undefined;
  replyTo?: string | null | undefined;
  tradeName?: string | undefined;
  contact?: string | undefined;
  smtpUrl?: string | null | undefined;
  warmUp?: boolean | undefined;
  providerWarmUp?: Curves | null | undefined;
};

/**
 * Changes what an identity says, or by which server its mail leaves. Owner only. By another server it has to be verified anew. A warm-up
 * that runs goes on as it is.
 */
export async function updateIdentity(ctx: OrgContext, id: string, change: IdentityChange): Promise<Identity> {
  requireOwner(ctx);
  const { fromName, tradeName, contact, replyTo, smtpUrl, warmUp, providerWarmUp } = change;
  const reply = replyTo ? readIdentityAddress('replyTo', replyTo) : replyTo;
  const sealed = smtpUrl ? sealSmtpUrl(ctx, smtpUrl) : smtpUrl;
  return inTransaction(ctx, async (ctx) => {
    const which = and(
      eq(sendingIdentities.id, id),
      eq(sendingIdentities.organizationId, ctx.organizationId),
      isNull(sendingIdentities.deletedAt),
    );
    const [known] = await ctx.db.select().from(sendingIdentities).where(which).for('update');
    if (!known) throw notFound();
    const moved = sealed !== undefined && (sealed !== null || known.smtpUrlSealed !== null);
    const since = warmUp ? (known.warmUpSince ?? warmUpFrom(ctx)) : null;
    const [identity] = await ctx.db
      .update(sendingIdentities)
      .set({
        fromName,
        tradeName,
        contact,
        replyTo: reply,
        ...(warmUp !== undefined && { warmUpSince: since }),
        ...(providerWarmUp !== undefined && {
          providerWarmUp: providerWarmUpFrom(ctx, providerWarmUp, known.providerWarmUp),
        }),
        ...(moved && moveTo(ctx, known, sealed)),
        updatedAt: ctx.clock.now(),
      })
      .where(which)
      .returning();
    await recordActivity(ctx, {
      verb: 'emails.update-identity',
      subjectType: 'sending-identity',
      subjectId: id,
      changes: changesOf(known, identity!, FIELDS),
    });
    if (moved) await ctx.jobs.send(checkIdentityJob, { identityId: id });
    return identity!;
  });
}

function moveTo(ctx: OrgContext, known: Identity, smtpUrlSealed: string | null): Partial<Identity> {
  return {
    smtpUrlSealed,
    carrier: smtpUrlSealed ? 'smtp' : ctx.carriers.own.kind,
    records: recordsFor(ctx, { ...known, smtpUrlSealed }),
    status: 'pending',
    statusReason: null,
    checkedAt: null,
  };
}
