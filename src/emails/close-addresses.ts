import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { addressHash } from '#src/customers/address-hash.ts';
import { suppressBounced } from '#src/customers/suppress-bounced.ts';
import { withdrawEmail } from '#src/customers/withdraw-email.ts';
import type { MailEvent } from './mail-event.ts';

/** Events of one mail, and whose it was. */
export type ToldMail = {
  recipientId: string;
  organizationId: string;
  campaignId: string;
  customerId: string;
  address: string;
  events: MailEvent[];
};

/** So many mails in a row came back before the address counts as dead. */
const SOFT_BOUNCES = 5;

/**
 * Closes addresses to marketing mail at once: a hard bounce or the fifth soft one in a row suppresses it, a complaint ends the consent
 * too. In the caller's transaction.
 */
export async function closeAddresses(ctx: AppContext, mails: ToldMail[]): Promise<void> {
  const repeated = await findRepeated(
    ctx,
    mails.filter(({ events }) => events.some(isSoft)),
  );
  const complained = new Map<ToldMail, MailEvent>();
  const bounced = new Map<ToldMail, MailEvent>();
  for (const mail of mails) {
    const complaint = mail.events.find(({ type }) => type === 'complaint');
    const bounce = mail.events.find(isHard) ?? (repeated.has(mail.recipientId) ? mail.events.find(isSoft) : undefined);
    if (complaint) complained.set(mail, complaint);
    else if (bounce) bounced.set(mail, bounce);
  }
  await suppressBounced(
    ctx,
    Array.from(bounced, ([mail, event]) => ({
      organizationId: mail.organizationId,
      customerId: mail.customerId,
      address: mail.address,
      evidence: evidenceOf(mail, event),
    })),
  );
  const byCustomer = [...complained].sort(([a], [b]) => (a.customerId < b.customerId ? -1 : 1));
  for (const [mail, event] of byCustomer) await complain(ctx, mail, event);
}

const isHard = ({ type, bounce }: MailEvent): boolean => type === 'bounce' && bounce?.kind === 'hard';
const isSoft = ({ type, bounce }: MailEvent): boolean => type === 'bounce' && bounce?.kind === 'soft';

const evidenceOf = ({ campaignId, recipientId }: ToldMail, { at, bounce }: MailEvent) => ({
  by: 'carrier',
  campaignId,
  recipientId,
  at: at.toISOString(),
  ...bounce,
});

async function complain(ctx: AppContext, mail: ToldMail, event: MailEvent): Promise<void> {
  const { organizationId, customerId, address } = mail;
  await withdrawEmail(ctx, {
    organizationId,
    customerId,
    email: address,
    emailHash: addressHash(organizationId, address),
    reason: 'complaint',
    evidence: evidenceOf(mail, event),
    at: event.at,
  });
}

/** Of those that came back softly now: to whose address the mails before did, too, with none between that arrived. */
async function findRepeated(ctx: AppContext, mails: ToldMail[]): Promise<Set<string>> {
  if (mails.length === 0) return new Set();
  const rows = await ctx.db.execute<{ id: string }>(sql`
    select r.id from campaign_recipients r
    where r.id = any(${sql.param(mails.map(({ recipientId }) => recipientId))}::uuid[]) and (
      select count(*) from (
        select o.status_reason from campaign_recipients o
        where o.customer_id = r.customer_id and o.batch is not null and o.address = r.address and o.id < r.id and o.sent_at is not null
        order by o.id desc limit ${SOFT_BOUNCES - 1}
      ) earlier where earlier.status_reason = 'soft-bounced') = ${SOFT_BOUNCES - 1}`);
  return new Set(rows.map(({ id }) => id));
}
