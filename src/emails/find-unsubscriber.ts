import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { hashForms } from '#src/customers/address-hash.ts';
import type { Language } from '#src/platform/language.ts';
import { createMailKeys, readToken } from './mail-token.ts';

/** Whom an unsubscribe link stands for, as far as he is still known. */
export type Unsubscriber = {
  organizationId: string;
  recipientId: string;
  emailHash: string;
  language: Language;
  /** Who writes to him; null: the organization is gone. */
  sender: string | null;
  /** Null: the campaign is gone. */
  recipient: { campaignId: string; customerId: string; address: string; sentAt: Date | null } | null;
  /** By what his address is closed to marketing mail now, and since when; null: it is not. */
  closed: { reason: string | null; at: Date } | null;
};

type Row = {
  sender: string;
  campaign_id: string | null;
  customer_id: string;
  address: string;
  sent_at: string | null;
  reason: string | null;
  closed_at: string | null;
};

/** Null: the link is none of ours. */
export async function findUnsubscriber(ctx: AppContext, token: string): Promise<Unsubscriber | null> {
  const read = readToken(createMailKeys(ctx.authSecret, ...ctx.config.formerAuthSecrets), 'unsubscribe', token);
  if (!read) return null;
  const { organizationId, recipientId, emailHash, language } = read;
  const [row] = await ctx.db.execute<Row>(sql`
    select coalesce(i.trade_name, o.name) as sender, r.campaign_id, r.customer_id, r.address, coalesce(r.sent_at, r.dispatched_at) as sent_at,
      s.reason, s.created_at as closed_at
    from organizations o
    left join campaign_recipients r on r.id = ${recipientId} and r.organization_id = o.id
    left join campaigns c on c.id = r.campaign_id
    left join sending_identities i on i.id = c.identity_id
    left join lateral (
      select reason, created_at from suppressions
      where organization_id = o.id and email_hash in ${hashForms(sql`${emailHash}::text`)} and level = 'blacklist' and scope = 'email'
      order by created_at desc limit 1
    ) s on true
    where o.id = ${organizationId}`);
  return {
    organizationId,
    recipientId,
    emailHash,
    language,
    sender: row?.sender ?? null,
    recipient: row?.campaign_id
      ? {
          campaignId: row.campaign_id,
          customerId: row.customer_id,
          address: row.address,
          sentAt: row.sent_at === null ? null : new Date(row.sent_at),
        }
      : null,
    closed: row?.closed_at ? { reason: row.reason, at: new Date(row.closed_at) } : null,
  };
}
