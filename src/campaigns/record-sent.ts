import type { SentMessage } from '#src/channels/evolution/evolution-client.ts';
import { accepted } from '#src/channels/evolution/outcome.ts';
import { type AppContext, inTransaction } from '#src/context.ts';
import type { Claim } from './lane.ts';
import { recordAcceptances } from './record-acceptances.ts';
import { recordOutcome } from './record-outcome.ts';
import { releaseAfterDelay } from './release-after-delay.ts';

/** A claim whose message Evolution took. */
export type Sent = { claim: Claim; sent: SentMessage };

/**
 * Writes down messages that went out together in one transaction, and frees their lanes; one alone as any outcome is, trying on
 * while the database is away. Nothing is written twice, however often it is called.
 * @returns when each lane may go on.
 */
export async function recordSent(ctx: AppContext, sends: Sent[]): Promise<Date[]> {
  const [first] = sends;
  if (first && sends.length === 1) return [await recordOutcome(ctx, first.claim, accepted(first.sent))];
  return inTransaction(ctx, async (ctx) => {
    const acceptances = sends.map(({ claim, sent }) => ({ ...claim, providerMessageId: sent.providerMessageId }));
    await recordAcceptances(ctx, acceptances);
    return releaseAfterDelay(
      ctx,
      sends.map(({ claim }) => claim),
    );
  });
}
