import { sql } from 'drizzle-orm';
import { barredSql } from '#src/accounts/barred-sql.ts';
import type { AppContext } from '#src/context.ts';
import type { AppointmentFacts } from './read-appointment-facts.ts';

/** Why nobody can be told now. `passing`: it may be otherwise in a while. */
export class Hindered extends Error {
  readonly reason: string;
  readonly passing: boolean;
  constructor(reason: string, { passing = false }: { passing?: boolean } = {}) {
    super(reason);
    this.reason = reason;
    this.passing = passing;
  }
}

type Row = { id: string; user_id: string; barred: string | null; funded: boolean };

/**
 * The number that a message about an appointment goes out from: its consultant's, else the one that has spoken with the customer, else the
 * owner's, else any; one that is connected and has a credit. Throws `Hindered`.
 */
export async function chooseSendingNumber(
  ctx: AppContext,
  { appointment, owner, customer }: AppointmentFacts,
): Promise<{ instanceId: string; userId: string }> {
  const { organizationId, consultantId } = appointment;
  const rows = await ctx.db.execute<Row>(sql`
    select * from (
      select i.id, i.user_id, ${barredSql(ctx.clock.now(), sql`i.user_id`, sql`i.organization_id`)} as barred,
        coalesce(c.settled_credits - c.unsettled_credits - c.held_credits >= 1, false) as funded,
        i.user_id is not distinct from ${consultantId}::uuid as his, i.user_id is not distinct from ${owner?.id ?? null}::uuid as owners,
        exists (select from conversations v where v.instance_id = i.id and (v.customer_id = ${customer.id} or v.phone = ${customer.phone})) as known
      from instances i left join credit_accounts c on c.user_id = i.user_id and c.organization_id = i.organization_id
      where i.organization_id = ${organizationId} and i.status = 'open' and i.deleted_at is null and i.deleting_at is null
    ) open order by barred is null desc, funded desc, his desc, known desc, owners desc, id desc limit 1`);
  const [best] = rows;
  if (!best) throw new Hindered('no-open-instance', { passing: true });
  if (best.barred) throw new Hindered(best.barred);
  if (!best.funded) throw new Hindered('insufficient-credits', { passing: true });
  return { instanceId: best.id, userId: best.user_id };
}

/** Who has an SMS or a mail sent: the consultant, else the owner; whoever may, and can pay. Throws `Hindered`. */
export async function chooseActor(ctx: AppContext, { appointment, owner }: AppointmentFacts): Promise<string> {
  const { organizationId, consultantId } = appointment;
  const [best] = await ctx.db.execute<{ id: string; barred: string | null }>(sql`
    select id, barred from (
      select p.id, ${barredSql(ctx.clock.now(), sql`p.id`, organizationId)} as barred,
        coalesce(c.settled_credits - c.unsettled_credits - c.held_credits >= 1, false) as funded
      from users p left join credit_accounts c on c.user_id = p.id and c.organization_id = ${organizationId}
      where p.id in (${consultantId}::uuid, ${owner?.id ?? null}::uuid)
    ) person order by barred is null desc, funded desc, (id is not distinct from ${consultantId}::uuid) desc limit 1`);
  if (!best) throw new Hindered('user-removed');
  if (best.barred) throw new Hindered(best.barred);
  return best.id;
}
