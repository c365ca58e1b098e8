import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { suppressionSql } from '#src/customers/suppression-sql.ts';
import type { campaignRecipients } from '#src/db/schema/campaigns.ts';
import { TRIES_BEFORE_TROUBLE } from '#src/instances/breaker.ts';
import type { Campaign } from './campaign.ts';

export type Recipient = Pick<
  typeof campaignRecipients.$inferSelect,
  'id' | 'campaignId' | 'customerId' | 'address' | 'variables' | 'nextPart' | 'bucket' | 'cold'
>;
/** `'exhausted'`: none is left. `'again'`: there may be more. */
export type Choice = Recipient | 'exhausted' | 'again';

type Among = { warmOnly?: boolean; untried?: boolean };

/** Suppressed recipients of a campaign passed over in one transaction, so that it stays short. */
const MOST_SKIPPED = 50;

/**
 * Of each campaign the next recipient that may be written to now; those suppressed since the campaign was made are skipped on the
 * way. With `warmOnly`, of those who were written with before; with `untried`, of those whom the connection has not refused again and
 * again; none of them left is `'exhausted'` too.
 */
export async function chooseRecipients(
  ctx: AppContext,
  campaigns: Campaign[],
  among: Among = {},
): Promise<Map<string, Choice>> {
  const chosen = new Map<string, Choice>();
  let left = campaigns;
  for (let round = 0; left.length > 0 && round < MOST_SKIPPED; round++) {
    const rows = new Map((await lockNext(ctx, left, among)).map((row) => [row.campaign_id, row]));
    for (const { id } of left) chosen.set(id, choiceOf(rows.get(id)));
    await skip(ctx, [...rows.values()]);
    left = left.filter(({ id }) => rows.get(id)?.reason);
  }
  return chosen;
}

type Row = { campaign_id: string; recipient: Recipient | null; reason: string | null };

function choiceOf(row: Row | undefined): Choice {
  if (!row) return 'exhausted';
  return row.recipient === null || row.reason ? 'again' : row.recipient;
}

/** Locked in the order of their ids, as everybody locks recipients; one that is not waiting any more once it is ours is no recipient. */
async function lockNext(ctx: AppContext, campaigns: Campaign[], { warmOnly, untried }: Among): Promise<Row[]> {
  const asked = {
    organizationId: sql`r.organization_id`,
    customerId: sql`r.customer_id`,
    phone: sql`r.address`,
    email: sql`r.variables ->> 'email'`,
  };
  const given = campaigns.map(({ id, audience }) => ({ id, graylisted: audience.includeGraylisted ?? false }));
  // the conditions are written out: with parameters in their place a prepared statement could not use the partial indexes
  return ctx.db.execute<Row>(sql`
    with next as materialized (
      select g.id as campaign_id, g.graylisted, first.id from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g(id uuid, graylisted boolean)
      cross join lateral (
        select r.id from campaign_recipients r where r.campaign_id = g.id and r.status in ('queued', 'sending')
          ${warmOnly ? sql`and (not r.cold or r.next_part > 1)` : sql``}
          ${untried ? sql`and not exists (select from messages m where m.recipient_id = r.id and m.status = 'queued' and m.attempt >= ${TRIES_BEFORE_TROUBLE})` : sql``}
        order by r.position limit 1
      ) first
    ), locked as materialized (
      select r.*, suppression.reason from next join campaign_recipients r on r.id = next.id
      cross join lateral (${suppressionSql(ctx.clock.now(), asked, sql`next.graylisted`)}) as suppression
      where r.status in ('queued', 'sending') order by r.id for no key update of r
    )
    select next.campaign_id, r.reason, case when r.id is not null then jsonb_build_object('id', r.id, 'campaignId', r.campaign_id,
      'customerId', r.customer_id, 'address', r.address, 'variables', r.variables, 'nextPart', r.next_part, 'bucket', r.bucket, 'cold', r.cold) end as recipient
    from next left join locked r on r.id = next.id`);
}

async function skip(ctx: AppContext, rows: Row[]): Promise<void> {
  const suppressed = rows.flatMap(({ recipient, reason }) =>
    recipient && reason ? [{ id: recipient.id, reason }] : [],
  );
  if (suppressed.length === 0) return;
  await ctx.db.execute(sql`
    update campaign_recipients r set status = 'skipped', status_reason = g.reason, updated_at = ${ctx.clock.now().toISOString()}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(suppressed)}::jsonb) as g(id uuid, reason text) where r.id = g.id`);
}
