import { asc, inArray } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { consents } from '#src/db/schema/consents.ts';
import type { ImportConsent } from './import-consent.ts';
import { type ConsentRecord, recordConsents } from './record-consents.ts';

/** A row's consent, and the customer that the row stands for. */
export type ImportedConsent = ImportConsent & { customerId: string };

type Occasion = {
  importId: string /** Nobody who decided before is taken to have agreed by this file. */;
  fillsOnly: boolean;
};

/**
 * Writes down what the rows of a file say of consent, in their order. What is known already is not written again: the same decision of
 * the same time, or, without a date, what holds for the customer anyway.
 */
export async function recordImportConsents(
  ctx: OrgContext,
  { importId, fillsOnly }: Occasion,
  given: ImportedConsent[],
): Promise<void> {
  if (given.length === 0) return;
  const history = await readHistory(ctx, [...new Set(given.map(({ customerId }) => customerId))]);
  const now = ctx.clock.now();
  const records = given.flatMap((one): ConsentRecord[] => {
    const { customerId, channel, state, source, wording, givenAt } = one;
    if (fillsOnly && state === 'given' && history.has(one)) return [];
    if (!history.learn(one, now)) return [];
    const evidence = { importId };
    return [{ customerId, channel, state, source: source ?? 'import', wording, givenAt: givenAt ?? now, evidence }];
  });
  await recordConsents(ctx, records);
}

type Decision = Pick<ImportedConsent, 'customerId' | 'channel' | 'state' | 'givenAt'>;

async function readHistory(ctx: OrgContext, customerIds: string[]) {
  const rows = await ctx.db
    .select({
      customerId: consents.customerId,
      channel: consents.channel,
      state: consents.state,
      givenAt: consents.givenAt,
    })
    .from(consents)
    .where(inArray(consents.customerId, customerIds))
    .orderBy(asc(consents.givenAt), asc(consents.id));
  const known = new Set<string>();
  const latest = new Map<string, { state: string; at: Date }>();
  const learn = (
    { customerId, channel, state, givenAt }: Omit<Decision, 'channel'> & { channel: string },
    now: Date,
  ) => {
    const whose = `${customerId} ${channel}`;
    const before = latest.get(whose);
    if (givenAt === null && before?.state === state) return false;
    const at = givenAt ?? now;
    const decision = `${whose} ${state} ${at.getTime()}`;
    if (givenAt !== null && known.has(decision)) return false;
    known.add(decision);
    if (!before || at >= before.at) latest.set(whose, { state, at });
    return true;
  };
  for (const row of rows) learn(row, row.givenAt);
  return {
    learn,
    has: ({ customerId, channel }: Pick<Decision, 'customerId' | 'channel'>) => latest.has(`${customerId} ${channel}`),
  };
}
