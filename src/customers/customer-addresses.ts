import { sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import type { Further } from './read-addresses.ts';

/** The phones, or the emails, that a customer is to have. */
export type AddressBook = { primary: string | null; further: Further[] };

/** The primary one first. */
export const addressesIn = ({ primary, further }: AddressBook): string[] => [
  ...(primary === null ? [] : [primary]),
  ...further.map(({ address }) => address),
];

type Row = { kind: 'phone' | 'email'; address: string; label: string | null; is_primary: boolean };

/** The addresses of a customer as they stand. */
export async function readAddressBooks(
  ctx: Pick<OrgContext, 'db'>,
  customerId: string,
): Promise<{ phone: AddressBook; email: AddressBook; labels: Map<string, string | null> }> {
  const rows = await ctx.db.execute<Row>(sql`
    select kind, address, label, is_primary from customer_addresses where customer_id = ${customerId}::uuid order by id`);
  const book = (kind: Row['kind']): AddressBook => ({
    primary: rows.find((row) => row.kind === kind && row.is_primary)?.address ?? null,
    further: rows
      .filter((row) => row.kind === kind && !row.is_primary)
      .map(({ address, label }) => ({ address, label })),
  });
  return { phone: book('phone'), email: book('email'), labels: new Map(rows.map((row) => [row.address, row.label])) };
}

/**
 * What becomes of an address book by what is given of it. A further address that becomes the primary one changes places with it; a primary
 * one that is not among them takes its place. Further ones that are given replace those there were.
 */
export function changeBook(
  before: AddressBook,
  primary: string | null | undefined,
  further: Further[] | undefined,
  labelOf: (address: string) => string | null,
): AddressBook {
  const now = primary === undefined ? before.primary : primary;
  const wasFurther = now !== before.primary && before.further.some(({ address }) => address === now);
  const swapped =
    wasFurther && before.primary !== null ? [{ address: before.primary, label: labelOf(before.primary) }] : [];
  const rest = further ?? [...swapped, ...before.further];
  return { primary: now, further: rest.filter(({ address }) => address !== now) };
}

/** Writes the further addresses of a customer whose primary ones are written already. A phone of somebody else's is a 23505. */
export async function saveFurther(
  ctx: OrgContext,
  customerId: string,
  books: { phone: AddressBook; email: AddressBook },
): Promise<void> {
  const rows = (['phone', 'email'] as const).flatMap((kind) =>
    books[kind].further.map(({ address, label }, place) => ({ kind, address, label, place })),
  );
  const now = ctx.clock.now().toISOString();
  await ctx.db.execute(sql`
    with given as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as g(kind text, address text, label text, place int)
    ), gone as (
      delete from customer_addresses a where a.customer_id = ${customerId}::uuid and not a.is_primary
        and not exists (select from given g where g.kind = a.kind and g.address = a.address)
    )
    insert into customer_addresses (organization_id, customer_id, kind, address, label, created_at)
    select ${ctx.organizationId}::uuid, ${customerId}::uuid, kind, address, label, ${now}::timestamptz from given order by kind, address
    on conflict (customer_id, kind, address) do update set label = excluded.label where not customer_addresses.is_primary`);
}
