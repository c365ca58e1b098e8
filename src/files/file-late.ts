import { sql } from 'drizzle-orm';
import { type AppContext, inTransaction } from '#src/context.ts';
import { fileForCustomers, tagOf } from './file-for-customers.ts';

const BATCH = 200;

type Due = { message_id: string; media_id: string; customer_id: string | null; direction: 'in' | 'out'; at: string };

/** Puts what people sent before they were customers into their Files tabs, once. Answers how many files there were. */
export async function fileLate(ctx: AppContext): Promise<number> {
  let filed = 0;
  for (let some = BATCH; some === BATCH; filed += some) some = await fileSome(ctx);
  return filed;
}

const fileSome = (ctx: AppContext): Promise<number> =>
  inTransaction(ctx, async (ctx) => {
    const due = await ctx.db.execute<Due>(sql`
      with due as (
        select message_id from received_files where filing = 'due' order by message_id limit ${BATCH} for update skip locked
      )
      update received_files f set filing = null from due join messages m on m.id = due.message_id
      where f.message_id = due.message_id
      returning f.message_id, f.media_id, m.customer_id, m.direction, coalesce(m.said_at, m.created_at) as at`);
    await fileForCustomers(
      ctx,
      due.flatMap((one) =>
        one.customer_id === null
          ? []
          : [
              {
                customerId: one.customer_id,
                mediaId: one.media_id,
                messageId: one.message_id,
                tag: tagOf(one.direction),
                at: new Date(one.at),
              },
            ],
      ),
    );
    return due.length;
  });
