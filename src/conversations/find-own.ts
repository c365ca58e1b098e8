import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import type { Said } from './inbound.ts';
import { spellingsOf } from './person.ts';

/** How far a message may wait inside Evolution, and clocks may differ. */
const WAITS = sql`interval '15 minutes'`;
const CLOCKS = sql`interval '2 minutes'`;

/**
 * Which messages of our own side, as Evolution tells of them, are or may be ones that we sent: one that WhatsApp had refused before,
 * one whose id we asked for, or one to somebody to whom a message of ours has left whose id is not known yet. Evolution can tell of
 * a message only after the intent to send it was committed, so whatever this does not name is nobody's: it was typed on the phone.
 */
export async function findOwn(ctx: AppContext, typed: Said[]): Promise<Set<Said>> {
  if (typed.length === 0) return new Set();
  const given = typed.map(({ instanceId, providerMessageId, phone, saidAt, at }, ord) => ({
    ord,
    instance_id: instanceId,
    id: providerMessageId,
    spellings: phone ? spellingsOf(phone) : null,
    from: (saidAt < at ? saidAt : at).toISOString(),
    to: (saidAt < at ? at : saidAt).toISOString(),
  }));
  const theirs = sql`m.instance_id = g.instance_id and m.direction = 'out' and m.provider_message_id is null
    and (g.spellings is null or m.address = any(g.spellings))`;
  const rows = await ctx.db.execute<{ ord: number }>(sql`
    select g.ord from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
      as g(ord int, instance_id uuid, id text, spellings text[], "from" timestamptz, "to" timestamptz)
    where exists (select from refused_attempts r where r.instance_id = g.instance_id and r.provider_message_id = g.id)
      or exists (select from messages m where ${theirs} and m.status = 'sending' and m.dispatched_at is not null)
      or exists (select from messages m where ${theirs} and m.status in ('unknown', 'sent')
        and m.dispatched_at between g.from - ${WAITS} and g.to + ${CLOCKS})
      or exists (select from messages m where m.instance_id = g.instance_id and m.wanted_provider_id = g.id and m.provider_message_id is null
        and m.dispatched_at between g.from - interval '1 day' and g.to + ${CLOCKS})`);
  return new Set(rows.map(({ ord }) => typed[ord]!));
}
