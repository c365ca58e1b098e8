import { sql } from 'drizzle-orm';
import { until } from '#test/support/processes.ts';
import type { World } from '#test/support/world.ts';
import type { Rehearsal } from './rehearsal.ts';

const numberOf = (n: number) => `90536${String(1_000_000 + n)}`;

/** Has every member write `count` single messages, each to a number of its own, one after the other. */
export async function writeSingles({ campaigns }: Rehearsal, count: number): Promise<void> {
  for (let n = 0; n < count; n++)
    for (const [lane, { member }] of campaigns.entries()) {
      const phone = `+${numberOf(lane * 1000 + n)}`;
      const response = await member.call('POST', '/v1/messages', { phone, text: `${n}` });
      if (response.status !== 201) throw new Error(await response.text());
    }
}

/** Waits until none of them is on its way any more. */
export const singlesEnd = ({ ctx }: World, seconds: number) =>
  until(
    'single messages to end',
    async () => {
      const [open] = await ctx.db.execute(sql`
        select 1 from messages where campaign_id is null and direction = 'out' and status in ('queued', 'sending', 'unknown') limit 1`);
      return open === undefined;
    },
    seconds,
  );

/** What must hold of single messages after any number of crashes, the ledger aside. Empty: it does. */
export async function findLostSingles({ ctx }: World, rehearsal: Rehearsal, count: number): Promise<string[]> {
  const counts = rehearsal.simulator.sendCountsByNumber();
  const breaches = rehearsal.campaigns.flatMap((_, lane) =>
    Array.from({ length: count }, (_, n) => numberOf(lane * 1000 + n)).flatMap((number) =>
      counts[number] === 1 ? [] : [`${number} got ${counts[number] ?? 0} messages`],
    ),
  );
  const [row] = await ctx.db.execute<{ paid: number }>(sql`
    select count(*)::int as paid from messages where campaign_id is null and direction = 'out' and captured_at is not null and refunded_at is null`);
  const all = rehearsal.campaigns.length * count;
  return row!.paid === all ? breaches : [...breaches, `${row!.paid} of ${all} were paid`];
}
