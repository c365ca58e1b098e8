import { sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { channelOf, type Interaction } from './interaction.ts';

/** The customer was last spoken with then, unless it was later still. */
export async function touchCustomer(
  ctx: OrgContext,
  { customerId, kind, happenedAt }: Pick<Interaction, 'customerId' | 'kind' | 'happenedAt'>,
): Promise<void> {
  const channel = channelOf(kind);
  if (channel === null) return;
  const at = sql`${happenedAt.toISOString()}::timestamptz`;
  await ctx.db.execute(sql`
    update customers set last_contacted_at = ${at}, last_contacted_channel = ${channel}
    where id = ${customerId}::uuid and (last_contacted_at is null or last_contacted_at < ${at})`);
}
