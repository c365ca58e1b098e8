import { sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import type { consentChannels } from '#src/db/schema/consents.ts';
import { recordConsents } from './record-consents.ts';

type Channel = (typeof consentChannels)[number];

/**
 * Writes the consent history of a customer who is merged once more for the one who takes over, as it was: evidence is never changed. What
 * either had withdrawn and the other's later word would open again is withdrawn anew.
 */
export async function mergeConsents(ctx: OrgContext, winner: string, loser: string): Promise<void> {
  const withdrawn = await ctx.db.execute<{ channel: Channel }>(sql`
    select distinct channel from (
      select distinct on (customer_id, channel) channel, state from consents
      where customer_id = any(${sql.param([winner, loser])}::uuid[]) and purpose = 'marketing'
      order by customer_id, channel, given_at desc, id desc
    ) latest where state = 'withdrawn' order by channel`);
  await ctx.db.execute(sql`
    insert into consents (organization_id, customer_id, channel, purpose, state, source, wording, address_hash, given_at, actor_type, actor_id,
      ip, evidence, created_at)
    select organization_id, ${winner}::uuid, channel, purpose, state, source, wording, address_hash, given_at, actor_type, actor_id,
      ip, evidence, created_at
    from consents where customer_id = ${loser}::uuid order by given_at, id`);
  if (withdrawn.length === 0) return;
  const [now] = await ctx.db.execute<Record<Channel, boolean>>(sql`
    select email_consent_id is not null as email, whatsapp_consent_id is not null as whatsapp, sms_consent_id is not null as sms
    from customers where id = ${winner}::uuid`);
  const reopened = withdrawn.filter(({ channel }) => now![channel]);
  await recordConsents(
    ctx,
    reopened.map(({ channel }) => ({
      customerId: winner,
      channel,
      state: 'withdrawn',
      source: 'merge',
      evidence: { mergedId: loser },
    })),
  );
}
