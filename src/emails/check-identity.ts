import { and, eq, isNull } from 'drizzle-orm';
import { findOwner } from '#src/accounts/find-owner.ts';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { type AppContext, actFor, inTransaction } from '#src/context.ts';
import { type DnsRecord, sendingIdentities } from '#src/db/schema/emails.ts';
import { publishLiveEvent } from '#src/live/publish-live-event.ts';
import { isMet } from './identity-records.ts';
import { judgeIdentity } from './judge-identity.ts';
import { recordsFor } from './records-for.ts';

/**
 * Looks an identity's records up, asks its carrier about it, and writes down how it stands. What nobody could say is left as it was; so
 * is one that was changed meanwhile.
 */
export async function checkIdentity(ctx: AppContext, identityId: string): Promise<void> {
  const live = and(eq(sendingIdentities.id, identityId), isNull(sendingIdentities.deletedAt));
  const [identity] = await ctx.db.select().from(sendingIdentities).where(live);
  if (!identity) return;
  const carrier = ctx.carriers.of(identity).kind;
  const records = await Promise.all(recordsFor(ctx, identity).map((record) => lookUp(ctx, record)));
  const judgement = await judgeIdentity(ctx, { ...identity, carrier, records });
  await inTransaction(ctx, async (ctx) => {
    const now = ctx.clock.now();
    const verifiedAt = judgement.status === 'verified' ? (identity.verifiedAt ?? now) : identity.verifiedAt;
    const [checked] = await ctx.db
      .update(sendingIdentities)
      .set({ carrier, records, ...judgement, verifiedAt, checkedAt: now })
      .where(and(live, eq(sendingIdentities.updatedAt, identity.updatedAt)))
      .returning();
    if (!checked || judgement.status === identity.status) return;
    const { organizationId } = identity;
    const data = { id: identityId, status: judgement.status, statusReason: judgement.statusReason };
    await publishLiveEvent({ ...ctx, organizationId }, { type: 'sending-identity.status', data });
    const userId = await findOwner(ctx, organizationId);
    if (!userId) return;
    await recordActivity(actFor(ctx, { organizationId, userId }), {
      verb: 'emails.check-identity',
      subjectType: 'sending-identity',
      subjectId: identityId,
      details: { status: judgement.status },
    });
  });
}

async function lookUp(ctx: AppContext, record: DnsRecord): Promise<DnsRecord> {
  const found = await ctx.dns.look(record.type, record.name);
  return found === null ? record : { ...record, found: found.slice(0, 10).map(storable), ok: isMet(record, found) };
}

const LONGEST_FOUND = 1_000;
/** A stranger's DNS may say anything. */
const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed().slice(0, LONGEST_FOUND);
