import { and, eq, isNotNull, isNull, lt, or } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import type { EvolutionClient } from '#src/channels/evolution/evolution-client.ts';
import { type AppContext, actFor, inTransaction } from '#src/context.ts';
import { instances } from '#src/db/schema/instances.ts';
import { senderOf } from '#src/instances/sender-of.ts';
import { findGaps, type Gap } from './find-gaps.ts';
import { insertInboundRows } from './inbound-writer.ts';
import { fillGapsJob } from './jobs.ts';

const MINUTE_MS = 60_000;
/** What is younger may be on its way to us. */
const FRESH_MS = 2 * MINUTE_MS;
/** Clocks differ, and messages are stored later than they are said. */
const OVERLAP_MS = 15 * MINUTE_MS;
const LONGEST_AGO_MS = 3 * 86_400_000;
const SLICE_MS = 6 * 60 * MINUTE_MS;
const SHORTEST_SLICE_MS = 5 * MINUTE_MS;
const MOST_PAGES = 40;
/** Longer than a run of so many pages takes; another may begin after it. */
const LEASE_MS = 10 * MINUTE_MS;

type Compared = typeof instances.$inferSelect;
type Pages = { left: number };

/**
 * Compares what Evolution keeps of the last days with what reached us, and has what is missing applied as if its webhook had come: the same way,
 * so nothing is doubled. Only one run of a number at a time; a long gap is filled in several.
 */
export async function fillGaps(ctx: AppContext, instanceId: string): Promise<void> {
  const instance = await claim(ctx, instanceId);
  const sender = instance && (await senderOf(ctx, instanceId));
  if (!instance || !sender) return;
  const until = ctx.clock.now().getTime() - FRESH_MS;
  const pages: Pages = { left: MOST_PAGES };
  let from = beginning(instance, until);
  const filled: Gap[] = [];
  while (from < until && pages.left > 0) {
    const slice = await readSlice(sender.client, sender.providerName, { from, until }, pages);
    if (!slice) break;
    const gaps = await findGaps(ctx, instanceId, slice.records);
    await keep(ctx, instance, gaps, new Date(slice.to));
    filled.push(...gaps);
    from = slice.to;
  }
  await release(ctx, instance, filled, from < until && pages.left <= 0);
}

/** Never before the number was connected here: what was said then is history, not news. */
const beginning = ({ comparedUntilAt, numberSinceAt }: Compared, until: number): number =>
  Math.max(
    (comparedUntilAt?.getTime() ?? 0) - OVERLAP_MS,
    until - LONGEST_AGO_MS,
    numberSinceAt?.getTime() ?? until - OVERLAP_MS,
  );

async function claim(ctx: AppContext, id: string): Promise<Compared | null> {
  const now = ctx.clock.now();
  const free = or(isNull(instances.comparedAt), lt(instances.comparedAt, new Date(now.getTime() - LEASE_MS)));
  const [row] = await ctx.db
    .update(instances)
    .set({ comparedAt: now })
    .where(
      and(
        eq(instances.id, id),
        eq(instances.status, 'open'),
        isNull(instances.deletingAt),
        isNotNull(instances.provisionedAt),
        free,
      ),
    )
    .returning();
  return row ?? null;
}

/** All that was said in as long a time as fits into the pages left; null when Evolution did not answer. */
async function readSlice(
  client: EvolutionClient,
  name: string,
  { from, until }: { from: number; until: number },
  pages: Pages,
): Promise<{ records: Record<string, unknown>[]; to: number } | null> {
  for (let length = SLICE_MS; ; length = Math.floor(length / 2)) {
    const to = Math.min(until, from + length);
    const span = { from: new Date(from), to: new Date(to) };
    const first = await client.storedMessages(name, { ...span, page: 1 });
    pages.left--;
    if (first.kind !== 'accepted') return null;
    const { records, pages: count } = first.value;
    if (count > MOST_PAGES / 2 && length > SHORTEST_SLICE_MS) continue;
    for (let page = 2; page <= count; page++) {
      const next = await client.storedMessages(name, { ...span, page });
      pages.left--;
      if (next.kind !== 'accepted') return null;
      records.push(...next.value.records);
    }
    return { records, to };
  }
}

const keep = (ctx: AppContext, { id, organizationId }: Compared, gaps: Gap[], comparedUntilAt: Date): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const receivedAt = ctx.clock.now();
    if (gaps.length > 0)
      await insertInboundRows(
        ctx,
        gaps.map(({ event, payload }) => ({ instanceId: id, organizationId, event, payload, receivedAt })),
      );
    await ctx.db.update(instances).set({ comparedUntilAt }).where(eq(instances.id, id));
  });

const release = (ctx: AppContext, instance: Compared, filled: Gap[], goesOn: boolean): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const { id } = instance;
    await ctx.db.update(instances).set({ comparedAt: null }).where(eq(instances.id, id));
    if (goesOn)
      await ctx.jobs.send(
        fillGapsJob,
        { instanceId: id },
        { startAfter: new Date(ctx.clock.now().getTime() + MINUTE_MS), singletonKey: `${id}:more` },
      );
    const messages = filled.filter(({ event }) => event === 'messages.upsert').length;
    if (filled.length === 0) return;
    const details = { messages, changes: filled.length - messages };
    ctx.log.warn({ instanceId: id, ...details }, 'webhooks were lost, and made good');
    await recordActivity(actFor(ctx, instance, 'job'), {
      verb: 'instances.fill-gaps',
      subjectType: 'instance',
      subjectId: id,
      details,
    });
  });
