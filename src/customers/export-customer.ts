import { and, eq, isNull, type SQL } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { organizations } from '#src/db/schema/accounts.ts';
import { customers } from '#src/db/schema/customers.ts';
import type { Text } from '#src/platform/language.ts';
import { notFound } from '#src/platform/problem.ts';
import { type CustomerRow, customerColumns, readConsentEvidence } from './consent-queries.ts';
import { customerMissing } from './customer-missing.ts';
import { customerTables } from './customer-tables.ts';

const PAGE = 500;
const FIRST = '00000000-0000-0000-0000-000000000000';
const profile: Text = { en: 'Who he is', tr: 'Kimlik bilgileri' };
const suppressed: Text = { en: 'Addresses that are not written to', tr: 'Yazılmayan adresler' };

type Json = Record<string, unknown>;

/** Living or in the bin. Throws `not-found` for whoever is erased and for another organization's. */
export async function findExported(ctx: OrgContext, id: string): Promise<CustomerRow> {
  const [row] = await ctx.db
    .select(customerColumns)
    .from(customers)
    .where(and(eq(customers.id, id), eq(customers.organizationId, ctx.organizationId), isNull(customers.erasedAt)));
  if (!row) throw notFound();
  if (row.mergedIntoId !== null) throw await customerMissing(ctx, id);
  return row;
}

/**
 * Everything that is held about one person, as pieces of one JSON document (KVKK art. 11): who he is, then a section for each kind of thing
 * that hangs on him, read a page at a time.
 */
export async function* exportCustomer(
  ctx: OrgContext,
  customer: CustomerRow,
  present: (row: CustomerRow) => Json,
): AsyncGenerator<string> {
  const [organization] = await ctx.db
    .select({ id: organizations.id, name: organizations.name })
    .from(organizations)
    .where(eq(organizations.id, ctx.organizationId));
  const head = { exportedAt: ctx.clock.now().toISOString(), organization };
  yield `${JSON.stringify(head).slice(0, -1)},"sections":[`;
  yield section('profile', profile, [present(customer)]);
  const { suppressions } = await readConsentEvidence(ctx, customer.id);
  const barred = suppressions.map(({ address, level, scope, reason, evidence, createdAt, expiresAt }) => ({
    address,
    level,
    scope,
    reason,
    evidence,
    createdAt,
    expiresAt,
  }));
  yield `,${section('suppressions', suppressed, barred)}`;
  for (const [table, rule] of Object.entries(customerTables)) {
    if (typeof rule.export === 'string') continue;
    yield `,${open(camel(table), rule.label)}`;
    yield* records(ctx, (after) => (rule.export as Exclude<typeof rule.export, string>)(customer.id, after, PAGE));
    yield ']}';
  }
  yield ']}\n';
}

async function* records(ctx: OrgContext, pageAfter: (after: string) => SQL): AsyncGenerator<string> {
  let separator = '';
  for (let after: string | null = FIRST; after !== null; ) {
    const rows: { id: string; data: Json }[] = await ctx.db.execute<{ id: string; data: Json }>(pageAfter(after));
    for (const { data } of rows) {
      yield separator + JSON.stringify(told(data));
      separator = ',';
    }
    after = rows.length === PAGE ? rows.at(-1)!.id : null;
  }
}

const open = (key: string, label: Text): string => `${JSON.stringify({ key, label }).slice(0, -1)},"records":[`;
const section = (key: string, label: Text, rows: Json[]): string =>
  `${open(key, label)}${rows.map((row) => JSON.stringify(row)).join(',')}]}`;

const camel = (name: string): string => name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
const INSTANT = /_at$/;

/** Names and times as everywhere in the API. */
const told = (data: Json): Json =>
  Object.fromEntries(
    Object.entries(data).map(([name, value]) => [
      camel(name),
      INSTANT.test(name) && typeof value === 'string' ? new Date(value).toISOString() : value,
    ]),
  );
