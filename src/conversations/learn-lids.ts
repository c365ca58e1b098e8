import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import type { LidPair, LidReceipt, Said } from './inbound.ts';

/** A hidden number whose phone was not known, or another, until now. */
export type LearntLid = { organizationId: string; lid: string; phone: string };

/**
 * Keeps which phones are behind hidden numbers, as messages that name both and receipts for messages of ours tell. Each
 * organization learns for itself.
 * @returns what is news.
 */
export async function learnLids(ctx: AppContext, said: Said[], receipts: LidReceipt[] = []): Promise<LearntLid[]> {
  const pairs = said.flatMap(({ instanceId, lid, phone }): LidPair[] =>
    lid && phone ? [{ instanceId, lid, phone }] : [],
  );
  if (pairs.length === 0 && receipts.length === 0) return [];
  const rows = await ctx.db.execute<{ organization_id: string; lid: string; phone: string }>(sql`
    insert into lids (organization_id, lid, phone, learnt_at)
    select distinct on (i.organization_id, told.lid) i.organization_id, told.lid, told.phone, ${ctx.clock.now().toISOString()}::timestamptz
    from (
      select p."instanceId" as instance_id, p.lid, p.phone, p.ord
      from jsonb_to_recordset(${JSON.stringify(pairs.map((pair, ord) => ({ ...pair, ord })))}::jsonb) as p("instanceId" uuid, lid text, phone text, ord int)
      union all
      select r."instanceId", r.lid, m.address, -1
      from jsonb_to_recordset(${JSON.stringify(receipts)}::jsonb) as r("instanceId" uuid, lid text, "providerMessageId" text)
      join messages m on m.instance_id = r."instanceId" and m.provider_message_id = r."providerMessageId"
      where m.direction = 'out' and m.address like '+%'
    ) told join instances i on i.id = told.instance_id
    order by i.organization_id, told.lid, told.ord desc
    on conflict (organization_id, lid) do update set phone = excluded.phone, learnt_at = excluded.learnt_at
      where lids.phone <> excluded.phone
    returning organization_id, lid, phone`);
  return rows.map((row) => ({ organizationId: row.organization_id, lid: row.lid, phone: row.phone }));
}

/** The same messages, with the phones of those who hide them and whom we know. */
export async function revealPhones<P extends { instanceId: string; lid: string | null; phone: string | null }>(
  ctx: AppContext,
  people: P[],
): Promise<P[]> {
  const hidden = people.filter(({ phone, lid }) => phone === null && lid !== null);
  if (hidden.length === 0) return people;
  const asked = hidden.map(({ instanceId, lid }) => ({ instance_id: instanceId, lid }));
  const rows = await ctx.db.execute<{ instance_id: string; lid: string; phone: string }>(sql`
    select distinct a.instance_id, a.lid, l.phone
    from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as a(instance_id uuid, lid text)
    join instances i on i.id = a.instance_id join lids l on l.organization_id = i.organization_id and l.lid = a.lid`);
  const known = new Map(rows.map((row) => [`${row.instance_id} ${row.lid}`, row.phone]));
  return people.map((one) => ({ ...one, phone: one.phone ?? known.get(`${one.instanceId} ${one.lid}`) ?? null }));
}
