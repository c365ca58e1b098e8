import { sql } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import type { consents } from '#src/db/schema/consents.ts';
import { newId } from '#src/platform/ids.ts';
import { notFound } from '#src/platform/problem.ts';

type ConsentRow = typeof consents.$inferSelect;

export type ConsentRecord = {
  customerId: string;
  channel: ConsentRow['channel'];
  state: ConsentRow['state'];
  /** Where it comes from: a form, an import, an unsubscribe link… */
  source: string;
  /** What the person read. */
  wording?: string | null | undefined;
  /** When the person decided; now, unless told, and never later than now. */
  givenAt?: Date | undefined;
  ip?: string | null | undefined;
  evidence?: Record<string, unknown> | null | undefined;
  /** What the decision was about, unless it is the customer's address of today. */
  addressHash?: string | undefined;
};

/** Whoever writes it down; `customer`: the person himself, by a link. */
export type ConsentContext = AppContext & {
  organizationId: string;
  actor: { type: ConsentRow['actorType']; id: string | null };
};

/**
 * Adds to the consent history, in one statement and in the caller's transaction; what holds follows from it at once. All or none:
 * throws `not-found` unless each is of a living customer of the organization.
 * @returns the records' ids, in order.
 */
export function recordConsents(ctx: ConsentContext, records: ConsentRecord[]): Promise<string[]> {
  return inTransaction(ctx, async (ctx) => {
    if (records.length === 0) return [];
    const now = ctx.clock.now();
    const rows = records.map((record) => toRow(record, now));
    const written = await ctx.db.execute(sql`
      with given as (
        select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given (id uuid, "customerId" uuid, channel text, state text,
          source text, wording text, "givenAt" timestamptz, ip text, evidence jsonb, "addressHash" text)
      ), living as materialized (
        select id, email, phone from customers
        where id in (select "customerId" from given) and organization_id = ${ctx.organizationId}::uuid and deleted_at is null
        order by id for no key update
      )
      insert into consents (id, organization_id, customer_id, channel, state, source, wording, address_hash, given_at, actor_type,
        actor_id, ip, evidence, created_at)
      select given.id, ${ctx.organizationId}::uuid, living.id, channel, state, source, wording,
        coalesce("addressHash", address_hash(${ctx.organizationId}::uuid, case channel when 'email' then email else phone end)),
        "givenAt", ${ctx.actor.type}, ${ctx.actor.id}, ip, evidence, ${now.toISOString()}::timestamptz
      from given join living on living.id = "customerId"
      returning 1`);
    if (written.length !== rows.length) throw notFound();
    return rows.map(({ id }) => id);
  });
}

const toRow = ({ givenAt, ...record }: ConsentRecord, now: Date) => ({
  ...record,
  id: newId(),
  givenAt: (givenAt === undefined || givenAt > now ? now : givenAt).toISOString(),
});
