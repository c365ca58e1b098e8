import type { AppContext } from '#src/context.ts';
import { inBatches } from '#src/platform/in-batches.ts';
import type { Claim } from './lane.ts';
import { type Departure, markDispatched } from './mark-dispatched.ts';
import { readTerms, type Terms } from './read-terms.ts';
import { recordSent, type Sent } from './record-sent.ts';

/** What the database has to do with a send. */
export type SendSteps = {
  readTerms(claim: Claim): Promise<Terms | null>;
  markDispatched(departure: Departure): Promise<boolean>;
  recordSent(send: Sent): Promise<Date>;
};

const MOST_AT_ONCE = 64;

/** Takes the steps of sends that are at the same point in the same statements. */
export const openSendSteps = (ctx: AppContext, lingerMs = 0): SendSteps => ({
  readTerms: inBatches((claims: Claim[]) => readTerms(ctx, claims), { most: MOST_AT_ONCE }),
  markDispatched: inBatches((departures: Departure[]) => markDispatched(ctx, departures), { most: MOST_AT_ONCE }),
  recordSent: inBatches((sends: Sent[]) => recordSent(ctx, sends), { most: MOST_AT_ONCE, lingerMs }),
});
