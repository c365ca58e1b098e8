import { sql } from 'drizzle-orm';
import type { AppContext } from '#src/context.ts';
import { sendReminder } from './send-reminder.ts';

/** Of which no more than ids are held. */
const AT_ONCE = 200;

type Due = { id: string; appointment_id: string; due_at: string };

/** Hands over every reminder that is due, page by page, each in a transaction of its own. Any number of workers may. Answers how many it looked at. */
export async function sendDueReminders(ctx: AppContext, signal?: AbortSignal): Promise<number> {
  const now = ctx.clock.now().toISOString();
  let looked = 0;
  let after = { due_at: '-infinity', id: '00000000-0000-0000-0000-000000000000' };
  for (;;) {
    const page = await ctx.db.execute<Due>(sql`
      select id, appointment_id, due_at::text from appointment_reminder_sends
      where status = 'planned' and due_at <= ${now}::timestamptz and (due_at, id) > (${after.due_at}::timestamptz, ${after.id}::uuid)
      order by due_at, id limit ${AT_ONCE}`);
    for (const { id, appointment_id } of page) {
      if (signal?.aborted) return looked;
      await sendReminder(ctx, { sendId: id, appointmentId: appointment_id });
      looked++;
    }
    const last = page.at(-1);
    if (!last || page.length < AT_ONCE) return looked;
    after = last;
  }
}
