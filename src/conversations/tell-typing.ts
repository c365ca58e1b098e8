import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { publishLiveEvents } from '#src/live/publish-live-events.ts';
import { type Person, spellingsOf } from './person.ts';

export const typingStates = ['composing', 'recording', 'paused'] as const;
export type SeenTyping = Person & { instanceId: string; state: (typeof typingStates)[number] };

/** Tells front ends in which conversations the other side writes or records just now; the last word counts. Keeps nothing. */
export async function tellTyping(ctx: AppContext, seen: SeenTyping[]): Promise<void> {
  if (seen.length === 0) return;
  const rows = seen.map(({ instanceId, phone, lid, state }, order) => ({
    instance: instanceId,
    phones: phone ? spellingsOf(phone) : [],
    lid,
    state,
    order,
  }));
  const found = await ctx.db.execute<{ id: string; organization: string; state: string }>(sql`
    select distinct on (c.id) c.id, c.organization_id as organization, s.state
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as s(instance uuid, phones text[], lid text, state text, "order" integer)
    join conversations c on c.instance_id = s.instance and (c.phone = any(s.phones) or c.lid = s.lid)
    order by c.id, s."order" desc`);
  await publishLiveEvents(
    ctx,
    found.map(({ id, organization, state }) => ({
      organizationId: organization,
      type: 'conversation.typing',
      data: { conversationId: id, state },
    })),
  );
}
