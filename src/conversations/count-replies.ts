import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import type { Answer } from './attribute-replies.ts';

/** Marks recipients as having answered, each once, with the earliest of their answers. Safe to repeat, in any order. */
export async function countReplies(ctx: AppContext, answers: Answer[]): Promise<void> {
  if (answers.length === 0) return;
  const given = answers.map(({ recipientId, saidAt }) => ({ id: recipientId, at: saidAt.toISOString() }));
  await ctx.db.execute(sql`
    with first as (
      select id, min(at) as at from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g(id uuid, at timestamptz) group by id
    ), target as materialized (
      select r.id, first.at from campaign_recipients r join first on first.id = r.id
      where r.replied_at is null or r.replied_at > first.at order by r.id for no key update of r
    )
    update campaign_recipients r set replied_at = least(r.replied_at, t.at) from target t where r.id = t.id`);
}
