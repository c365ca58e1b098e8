import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { type ConsentRow, getConsent } from './consent-queries.ts';
import { readGivenAt } from './read-given-at.ts';
import { recordConsents } from './record-consents.ts';

type Decision = Pick<ConsentRow, 'channel' | 'state' | 'source'> & {
  text?: string | undefined;
  givenAt?: string | undefined;
};

/**
 * Writes down what a customer decided. Throws `not-found` unless he is a living customer of the organization. A consent to mail
 * does not open an address that its owner closed: it is kept as evidence and not in force.
 */
export function recordCustomerConsent(ctx: OrgContext, customerId: string, decision: Decision): Promise<ConsentRow> {
  return inTransaction(ctx, async (ctx) => {
    const { channel, state, source, text, givenAt } = decision;
    const [id] = await recordConsents(ctx, [
      { customerId, channel, state, source, wording: text, givenAt: readGivenAt(ctx, givenAt, 'givenAt') },
    ]);
    await recordActivity(ctx, {
      verb: 'customers.record-consent',
      subjectType: 'customer',
      subjectId: customerId,
      details: { channel, state, source },
    });
    return getConsent(ctx, customerId, id!);
  });
}
