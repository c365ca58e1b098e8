import type { OrgContext } from '#src/context.ts';
import { readGivenAt } from './read-given-at.ts';
import { recordConsents } from './record-consents.ts';

/** Per channel, true: given, false: withdrawn; what is left out stays. */
export type MarketingDecision = {
  email?: boolean | undefined;
  whatsapp?: boolean | undefined;
  source: string;
  text?: string | undefined;
  givenAt?: string | undefined;
};

/** Writes down what came with a customer, one record a channel. Throws `invalid-request` for a time that is still to come. */
export async function recordMarketingConsent(
  ctx: OrgContext,
  customerId: string,
  decision: MarketingDecision | undefined,
): Promise<void> {
  if (!decision) return;
  const { source, text } = decision;
  const givenAt = readGivenAt(ctx, decision.givenAt, 'marketingConsent.givenAt');
  const records = (['email', 'whatsapp'] as const).flatMap((channel) => {
    const agreed = decision[channel];
    if (agreed === undefined) return [];
    const state = agreed ? ('given' as const) : ('withdrawn' as const);
    return { customerId, channel, state, source, wording: text, givenAt };
  });
  await recordConsents(ctx, records);
}
