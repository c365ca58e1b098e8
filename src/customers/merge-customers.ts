import { eq, sql } from 'drizzle-orm';
import { recordActivity } from '#src/accounts/record-activity.ts';
import { inTransaction, type OrgContext } from '#src/context.ts';
import { customers } from '#src/db/schema/customers.ts';
import { invalid } from '#src/platform/problem.ts';
import type { CustomerRow } from './consent-queries.ts';
import { limits, searchTextOf } from './customer.ts';
import { type AddressBook, addressesIn, readAddressBooks, saveFurther } from './customer-addresses.ts';
import { customerMissing } from './customer-missing.ts';
import { customerTables } from './customer-tables.ts';
import { mergeConsents } from './merge-consents.ts';
import { getCustomer } from './queries.ts';
import { retryCollisions } from './retry-collisions.ts';

export type Merging = {
  /** Who is merged into the one named first, and is gone then. */
  customerId: string;
  /** Whose value counts where both have one. */
  prefer?: 'this' | 'other' | undefined;
};

type Row = typeof customers.$inferSelect;
type Books = Record<'phone' | 'email', AddressBook>;

/**
 * Makes one customer of two: everything that hangs on the other moves to `id` in one transaction, conversations on one number are joined, and a
 * withdrawn consent of either stays withdrawn. The other is gone afterwards and tells into whom he was merged.
 */
export function mergeCustomers(
  ctx: OrgContext,
  id: string,
  { customerId, prefer = 'this' }: Merging,
): Promise<CustomerRow> {
  if (id.toLowerCase() === customerId.toLowerCase())
    throw invalid('customerId', { en: 'Name another customer', tr: 'Başka bir müşteri belirtin' });
  return retryCollisions(() =>
    inTransaction(ctx, async (ctx) => {
      const { winner, loser } = await lockBoth(ctx, id, customerId);
      const books = await joinBooks(ctx, winner.id, loser.id, prefer);
      await ctx.db.execute(sql`select join_conversations(${winner.id}::uuid, array[${loser.id}::uuid])`);
      await retire(ctx, winner.id, loser.id);
      await saveWinner(ctx, winner, loser, prefer, books);
      for (const { merge } of Object.values(customerTables))
        if (typeof merge !== 'string') await ctx.db.execute(merge({ winner: winner.id, loser: loser.id }));
      await mergeConsents(ctx, winner.id, loser.id);
      await recordActivity(ctx, {
        verb: 'customers.merge',
        subjectType: 'customer',
        subjectId: winner.id,
        details: { mergedId: loser.id, prefer },
      });
      return getCustomer(ctx, winner.id);
    }),
  );
}

/** In the order of their ids, whoever is named first. */
async function lockBoth(ctx: OrgContext, id: string, otherId: string): Promise<{ winner: Row; loser: Row }> {
  const rows = await ctx.db
    .select()
    .from(customers)
    .where(
      sql`${customers.id} = any(${sql.param([id, otherId])}::uuid[]) and ${customers.organizationId} = ${ctx.organizationId} and ${customers.deletedAt} is null`,
    )
    .orderBy(customers.id)
    .for('update');
  const find = (wanted: string) => rows.find((row) => row.id === wanted.toLowerCase());
  const [winner, loser] = [find(id), find(otherId)];
  if (!winner) throw await customerMissing(ctx, id);
  if (!loser) throw invalid('customerId', { en: 'No such customer', tr: 'Böyle bir müşteri yok' });
  return { winner, loser };
}

/** All addresses of both; the primary ones of whoever is preferred. */
async function joinBooks(ctx: OrgContext, winner: string, loser: string, prefer: 'this' | 'other'): Promise<Books> {
  const [mine, his] = [await readAddressBooks(ctx, winner), await readAddressBooks(ctx, loser)];
  const [first, second] = prefer === 'this' ? [mine, his] : [his, mine];
  const join = (kind: 'phone' | 'email'): AddressBook => {
    const primary = first[kind].primary ?? second[kind].primary;
    const all = new Set([...addressesIn(first[kind]), ...addressesIn(second[kind])]);
    const labelOf = (address: string) => first.labels.get(address) ?? second.labels.get(address) ?? null;
    const further = [...all].filter((address) => address !== primary);
    return { primary, further: further.map((address) => ({ address, label: labelOf(address) })) };
  };
  return { phone: join('phone'), email: join('email') };
}

/** From here on his phones are free. Whoever was merged into him before was merged into the winner. */
async function retire(ctx: OrgContext, winner: string, loser: string): Promise<void> {
  const now = ctx.clock.now();
  await ctx.db
    .update(customers)
    .set({ deletedAt: now, updatedAt: now, mergedIntoId: winner })
    .where(eq(customers.id, loser));
  await ctx.db.update(customers).set({ mergedIntoId: winner }).where(eq(customers.mergedIntoId, loser));
}

async function saveWinner(
  ctx: OrgContext,
  winner: Row,
  loser: Row,
  prefer: 'this' | 'other',
  books: Books,
): Promise<void> {
  const [first, second] = prefer === 'this' ? [winner, loser] : [loser, winner];
  const latest = (loser.lastContactedAt?.getTime() ?? 0) > (winner.lastContactedAt?.getTime() ?? 0) ? loser : winner;
  const values = {
    firstName: first.firstName,
    lastName: first.lastName ?? second.lastName,
    phone: books.phone.primary,
    email: books.email.primary,
    countryCode: first.countryCode ?? second.countryCode,
    city: first.city ?? second.city,
    language: first.language ?? second.language,
    birthday: first.birthday ?? second.birthday,
    source: first.source ?? second.source,
    consultantId: first.consultantId ?? second.consultantId,
    tags: [...new Set([...first.tags, ...second.tags])].slice(0, Math.max(limits.tags, first.tags.length)),
    customFields: { ...second.customFields, ...first.customFields },
    note: [...new Set([first.note, second.note])].filter(Boolean).join('\n').slice(0, limits.note) || null,
    lastContactedAt: latest.lastContactedAt,
    lastContactedChannel: latest.lastContactedChannel,
    updatedAt: ctx.clock.now(),
  };
  const searchText = searchTextOf({ ...values, books });
  await ctx.db
    .update(customers)
    .set({ ...values, searchText })
    .where(eq(customers.id, winner.id));
  await saveFurther(ctx, winner.id, books);
}
