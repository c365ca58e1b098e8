import { sql } from 'drizzle-orm';
import type { AppContext, OrgContext } from '#src/context.ts';
import { actFor } from '#src/context.ts';
import { evolutionServers, instances, lanes } from '#src/db/schema/instances.ts';
import { newId } from '#src/platform/ids.ts';
import { hashSecret } from '#src/platform/secret-box.ts';

/** A user with an organization, an open number, a group of customers and more credits than he can spend. */
export type Sender = {
  ctx: OrgContext;
  organizationId: string;
  userId: string;
  instanceId: string;
  groupId: string;
  providerName: string;
  /** Of the path of its webhook, and what signs it. */
  secret: string;
};

export const INSTANCE_TOKEN = 'benchmark-instance-token';
const CHUNK = 500;

/** `count` senders whose groups have `recipients` customers each. */
export async function createSenders(
  ctx: AppContext,
  count: number,
  recipients: number,
  evolution?: { url: string; apiKey: string },
): Promise<Sender[]> {
  const { url, apiKey } = evolution ?? { url: 'http://127.0.0.1:9', apiKey: 'none' };
  const [server] = await ctx.db
    .insert(evolutionServers)
    .values({ url, apiKey: ctx.secrets.seal(apiKey), capacity: 100_000 })
    .onConflictDoUpdate({ target: evolutionServers.url, set: { capacity: 100_000 } })
    .returning();
  const senders = Array.from({ length: count }, () => planSender(ctx));
  for (let i = 0; i < count; i += CHUNK) await saveSenders(ctx, senders.slice(i, i + CHUNK), server!.id, recipients);
  return senders;
}

function planSender(ctx: AppContext): Sender {
  const [organizationId, userId, instanceId, groupId] = [newId(), newId(), newId(), newId()];
  const owner = actFor(ctx, { organizationId, userId }, 'user');
  return {
    ctx: owner,
    organizationId,
    userId,
    instanceId,
    groupId,
    providerName: `ulak-${instanceId}`,
    secret: newId(),
  };
}

async function saveSenders(
  ctx: AppContext,
  senders: Sender[],
  evolutionServerId: string,
  recipients: number,
): Promise<void> {
  const given = sql`jsonb_to_recordset(${JSON.stringify(senders.map(({ organizationId, userId, groupId }) => ({ organizationId, userId, groupId })))}::jsonb)
    as s("organizationId" uuid, "userId" uuid, "groupId" uuid)`;
  await ctx.db.execute(
    sql`insert into users (id, name, email, email_verified) select "userId", 'Sender', "userId" || '@example.com', true from ${given}`,
  );
  await ctx.db.execute(
    sql`insert into organizations (id, name, slug) select "organizationId", 'Sender', "organizationId"::text from ${given}`,
  );
  await ctx.db.execute(
    sql`insert into members (user_id, organization_id, role) select "userId", "organizationId", 'owner' from ${given}`,
  );
  await ctx.db.execute(sql`
    insert into user_settings (user_id, organization_id, window_start_minute, window_end_minute, delay_min_seconds, delay_max_seconds)
    select "userId", "organizationId", 0, 1440, 0, 0 from ${given}`);
  await ctx.db.execute(sql`
    insert into credit_accounts (user_id, organization_id, settled_credits) select "userId", "organizationId", 10000000 from ${given}`);
  await ctx.db.execute(
    sql`insert into groups (id, organization_id, name) select "groupId", "organizationId", 'All' from ${given}`,
  );
  await ctx.db.execute(sql`
    with person as (
      insert into customers (organization_id, first_name, last_name, phone, email, country_code, search_text)
      select "organizationId", 'Müşteri' || n, 'Yılmaz', '+90532' || (1000000 + n), 'm' || n || '@example.com', 'TR', 'musteri' || n || ' yilmaz 90532' || (1000000 + n)
      from ${given} cross join generate_series(1, ${recipients}::int) n
      returning id, organization_id
    )
    insert into group_members (group_id, customer_id, organization_id)
    select s."groupId", person.id, person.organization_id from person join ${given} on s."organizationId" = person.organization_id`);
  await saveInstances(ctx, senders, evolutionServerId);
}

async function saveInstances(ctx: AppContext, senders: Sender[], evolutionServerId: string): Promise<void> {
  const token = ctx.secrets.seal(INSTANCE_TOKEN);
  const provisionedAt = ctx.clock.now();
  await ctx.db.insert(instances).values(
    senders.map(({ instanceId, organizationId, userId, providerName, secret }) => ({
      id: instanceId,
      organizationId,
      userId,
      evolutionServerId,
      name: 'Number',
      providerName,
      token,
      webhookSecretHash: hashSecret(secret),
      webhookSecret: ctx.secrets.seal(secret),
      webhookJwtKey: ctx.secrets.seal(secret),
      status: 'open' as const,
      phone: '+905320000000',
      provisionedAt,
    })),
  );
  await ctx.db
    .insert(lanes)
    .values(senders.map(({ instanceId, organizationId, userId }) => ({ instanceId, organizationId, userId })));
}

/** Every recipient there is, as after a send that was accepted; message number n has the id that `knock` acknowledges. */
export async function markAllSent(ctx: AppContext): Promise<void> {
  await ctx.db.execute(sql`
    insert into messages (organization_id, user_id, instance_id, campaign_id, recipient_id, customer_id, kind, address, body, status,
      provider_message_id, claimed_at, dispatched_at, sent_at, captured_at)
    select r.organization_id, c.user_id, c.instance_id, c.id, r.id, r.customer_id, 'text', r.address, 'Merhaba', 'sent',
      '3EB0' || lpad((r.position - 1)::text, 18, '0'), now(), now(), now(), now()
    from campaign_recipients r join campaigns c on c.id = r.campaign_id`);
  await ctx.db.execute(sql`update campaign_recipients set status = 'sent', next_part = 2, spent_credits = 1`);
  await ctx.db.execute(
    sql`update campaigns set status = 'completed', next_run_at = null, ended_at = now(), settled_at = now()`,
  );
}
