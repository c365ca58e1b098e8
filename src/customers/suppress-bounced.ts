import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { activities } from '#src/db/schema/activities.ts';

export type BouncedAddress = {
  organizationId: string;
  customerId: string;
  address: string;
  evidence: Record<string, unknown>;
};

type Added = { id: string; organization_id: string; customer_id: string };

/**
 * Closes many addresses that do not exist to marketing mail, as `withdrawEmail` does for a bounce, in one statement and in the caller's
 * transaction: by hash, and in plain only while its customer has it. Consents stay as they are; what is closed already stays so.
 */
export async function suppressBounced(ctx: AppContext, bounced: BouncedAddress[]): Promise<void> {
  if (bounced.length === 0) return;
  const now = ctx.clock.now();
  const added = await ctx.db.execute<Added>(sql`
    with given as materialized (
      select distinct on ("organizationId", address) "organizationId" as organization_id, "customerId" as customer_id, address,
        address_hash("organizationId", address) as hash, evidence
      from jsonb_to_recordset(${JSON.stringify(bounced)}::jsonb) as g("organizationId" uuid, "customerId" uuid, address text, evidence jsonb)
    ), living as materialized (
      select id, email from customers where id in (select customer_id from given) and deleted_at is null order by id for no key update
    ), added as (
      insert into suppressions as s (organization_id, email, email_hash, level, scope, reason, evidence, created_at)
      select given.organization_id, living.email, given.hash, 'blacklist', 'email', 'bounce', given.evidence, ${now.toISOString()}::timestamptz
      from given left join living on living.id = given.customer_id and living.email = given.address order by given.organization_id, given.hash
      on conflict (organization_id, email_hash, level, scope) where email_hash is not null
      do update set reason = 'bounce', evidence = excluded.evidence, created_at = excluded.created_at, expires_at = null
      where s.expires_at is not null or s.reason is null or s.reason not in ('bounce', 'unsubscribe', 'complaint')
      returning s.id, s.organization_id, s.email_hash
    )
    select added.id, added.organization_id, given.customer_id
    from added join given on given.organization_id = added.organization_id and given.hash = added.email_hash`);
  if (added.length === 0) return;
  await ctx.db.insert(activities).values(
    added.map((row) => ({
      organizationId: row.organization_id,
      actorType: 'webhook' as const,
      verb: 'customers.email-bounce',
      subjectType: 'suppression',
      subjectId: row.id,
      details: { customerId: row.customer_id },
      createdAt: now,
    })),
  );
}
