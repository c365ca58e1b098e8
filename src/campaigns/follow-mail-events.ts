import type { AppContext } from '#src/context.ts';
import { drainCarrierEvents } from '#src/emails/drain-carrier-events.ts';
import { judgeHits } from '#src/emails/judge-hits.ts';
import { guardReputation } from './guard-reputation.ts';
import { publishProgress } from './publish-moves.ts';

/** Brings what carriers reported, and who opened and clicked, to recipients and counts, and tells front ends. Answers how much there was. */
export async function followMailEvents(ctx: AppContext): Promise<number> {
  const events = await drainCarrierEvents(ctx);
  const hits = await judgeHits(ctx);
  const campaignIds = [...new Set([...events.campaignIds, ...hits.campaignIds])];
  if (campaignIds.length > 0) await publishProgress(ctx, campaignIds);
  await guardReputation(ctx, events.campaignIds);
  return events.applied + hits.judged;
}
