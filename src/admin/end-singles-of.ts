import { sql } from 'drizzle-orm';
import { dropSingles } from '#src/campaigns/drop-singles.ts';
import { type AppContext, inTransaction } from '#src/context.ts';
import { dropSms } from '#src/sms/drop-sms.ts';
import { countDeleted } from './count-deleted.ts';
import type { Deletion } from './deletion.ts';
import { isTheirs } from './is-theirs.ts';

const AT_ONCE = 500;
const REASON = 'user-removed';

/** Takes back single messages and SMS that still wait, with their credits. */
export async function endSinglesOf(ctx: AppContext, deletion: Deletion, signal: AbortSignal): Promise<boolean> {
  for (let dropped = AT_ONCE; dropped === AT_ONCE && !signal.aborted; ) dropped = await dropMessages(ctx, deletion);
  for (let dropped = AT_ONCE; dropped === AT_ONCE && !signal.aborted; ) dropped = await dropTexts(ctx, deletion);
  return !signal.aborted;
}

const dropMessages = (ctx: AppContext, deletion: Deletion): Promise<number> =>
  inTransaction(ctx, async (ctx) => {
    const waiting = await ctx.db.execute<{ id: string; reason: string }>(sql`
      select m.id, ${REASON}::text as reason from messages m
      where m.campaign_id is null and m.direction = 'out' and m.status = 'queued' and ${isTheirs('m', deletion)} limit ${AT_ONCE}`);
    await countDeleted(ctx, deletion, 'cancelledMessages', (await dropSingles(ctx, waiting)).size);
    return waiting.length;
  });

const dropTexts = (ctx: AppContext, deletion: Deletion): Promise<number> =>
  inTransaction(ctx, async (ctx) => {
    const waiting = await ctx.db.execute<{ id: string }>(sql`
      select s.id from sms_messages s where s.status = 'queued' and ${isTheirs('s', deletion)} limit ${AT_ONCE}`);
    const dropped = await dropSms(
      ctx,
      waiting.map(({ id }) => id),
      REASON,
    );
    await countDeleted(ctx, deletion, 'cancelledSms', dropped.size);
    return waiting.length;
  });
