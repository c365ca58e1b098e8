import type { AppContext } from '#src/context.ts';
import { mailFromOf } from './identity-records.ts';
import type { Identity } from './require-identity.ts';

export type Judgement = Pick<Identity, 'status' | 'statusReason'>;

const VERIFIED: Judgement = { status: 'verified', statusReason: null };
const LOOKING: Judgement = { status: 'pending', statusReason: 'carrier-looking' };
const MISSING: Judgement = { status: 'pending', statusReason: 'records-missing' };

/**
 * How an identity stands, its records looked up: verified when the domain's owner shows our key in the DNS and the carrier takes the domain.
 * That SES knows the domain is not enough: another organization may have brought it there. One that was verified stays so, with the
 * reason for a warning, while its carrier still takes it.
 */
export async function judgeIdentity(ctx: AppContext, identity: Identity): Promise<Judgement> {
  const proven = identity.records.every(({ required, ok }) => ok || !required);
  if (identity.carrier === 'ses') return judgeBySes(ctx, identity, proven);
  if (identity.smtpUrlSealed !== null) {
    const refusal = await ctx.carriers.probe(identity.smtpUrlSealed);
    if (refusal) return { status: keep(identity), statusReason: 'carrier-unavailable' };
  }
  return proven ? VERIFIED : { ...MISSING, status: keep(identity) };
}

const keep = ({ status }: Identity): Identity['status'] => (status === 'verified' ? 'verified' : 'pending');

async function judgeBySes(ctx: AppContext, identity: Identity, proven: boolean): Promise<Judgement> {
  const { ses } = ctx.carriers;
  const known = await ses!.read(identity.domain);
  if (known.kind !== 'accepted') return { status: identity.status, statusReason: 'carrier-unavailable' };
  // not before the domain is proven to be theirs: nobody takes another's place there
  if (known.value === null) return proven ? enrol(ctx, identity) : { ...MISSING, status: keep(identity) };
  const { verified, dkim } = known.value;
  if (verified && proven) return VERIFIED;
  if (verified) return { ...MISSING, status: keep(identity) };
  if (dkim !== 'failed') return proven ? LOOKING : MISSING;
  // SES looks for three days and gives up; a key that is there by now makes it look again
  if (!proven) return { status: 'failed', statusReason: 'records-missing' };
  const again = await ses!.lookAgain(keyOf(ctx, identity));
  return again.kind === 'accepted' ? LOOKING : { status: 'pending', statusReason: 'carrier-unavailable' };
}

/** A domain that SES does not know yet; with our key, so that one record serves both. */
async function enrol(ctx: AppContext, identity: Identity): Promise<Judgement> {
  const made = await ctx.carriers.ses!.create({ ...keyOf(ctx, identity), mailFrom: mailFromOf(identity.domain) });
  if (made.kind === 'accepted') return LOOKING;
  if (made.kind === 'rejected') return { status: 'failed', statusReason: 'refused-by-carrier' };
  return { status: 'pending', statusReason: 'carrier-unavailable' };
}

const keyOf = (ctx: AppContext, { domain, dkimSelector, dkimKeySealed }: Identity) => ({
  domain,
  dkimSelector,
  dkimKey: ctx.secrets.open(dkimKeySealed),
});
