import { sql } from 'drizzle-orm';
import type { Ground } from './ground.ts';
import { CONNECTIONS, drainAll, hookOf, type Knocks, knock, serveBare } from './knocking.ts';
import { type Section, timed } from './measure.ts';
import { createSenders, type Sender } from './populate.ts';

export type ReceivingSize = { messages: number; people: number; repetitions: number };

/** How fast what people write is taken in and becomes rows in conversations, against a route that does nothing but one insert. */
export async function benchReceiving(
  ground: Ground,
  { messages, people, repetitions }: ReceivingSize,
): Promise<Section> {
  await using site = await ground.open();
  const [sender] = (await createSenders(site.ctx, 1, 1)) as [Sender];
  const bare = await serveBare(site);
  const [ours, baseline, drains]: [Knocks[], Knocks[], number[]] = [[], [], []];
  for (let i = 0; i < repetitions; i++) {
    baseline.push(await knock(bare.url, sender, i * messages, messages, people));
    ours.push(await knock(hookOf(site, sender), sender, i * messages, messages, people));
    drains.push(await timed(() => drainAll(site.ctx)));
  }
  bare.close();
  const [rows] = await site.ctx.db.execute<{ count: number }>(
    sql`select count(*)::int as count from messages where direction = 'in'`,
  );
  if (rows!.count !== messages * repetitions) throw new Error(`${rows!.count} messages of ${messages * repetitions}`);
  const what = 'a bare route: parse, one insert, answer';
  const rate = (taken: Knocks[]) => taken.map(({ seconds }) => messages / seconds);
  return {
    title: `Messages in: ${messages} texts of ${people} people over ${CONNECTIONS} connections`,
    figures: [
      {
        what: 'taken in: token verified, stored, answered',
        unit: '/s',
        values: rate(ours),
        baseline: { what, values: rate(baseline) },
      },
      {
        what: 'applied: a row each in its conversation, counted, told live',
        unit: '/s',
        values: drains.map((seconds) => messages / seconds),
        baseline: { what, values: rate(baseline) },
      },
    ],
    notes: [
      'Whoever knocks is a process of its own on the same machine and takes its share of the processor in both cases.',
    ],
  };
}
