import { type SQL, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { customers } from '#src/db/schema/customers.ts';
import { campaignSql } from './campaign-sql.ts';
import { customSql } from './custom-sql.ts';
import type { FieldName, havings, Leaf, LeafOf } from './leaf-schemas.ts';
import type { ResolvedFilter } from './resolve-filter.ts';
import { searchSql } from './search-sql.ts';
import { CITY } from './sorts.ts';
import { closedSql, suppressedSql } from './suppression-sql.ts';

export type Scope = {
  ctx: OrgContext;
  resolved: ResolvedFilter;
};

const DAY_MS = 86_400_000;

/** The condition, on `customers`, that a leaf is; what it says of nothing (null) counts as no. */
export const leafSql = (scope: Scope, leaf: Leaf): SQL => writers[leaf.field](scope, leaf as never);

const writers: { [F in FieldName]: (scope: Scope, leaf: LeafOf<F>) => SQL } = {
  addedWithinDays: ({ ctx }, { value }) => sql`${customers.createdAt} >= ${daysAgo(ctx, value)}`,
  notContactedForDays: ({ ctx }, { value }) =>
    sql`(${customers.lastContactedAt} is null or ${customers.lastContactedAt} < ${daysAgo(ctx, value)})`,
  source: (_, { op, value }) => either(op, oneOf(sql`${customers.source}`, value)),
  countryCode: (_, { op, value }) => either(op, oneOf(sql`${customers.countryCode}`, value)),
  city: (_, { op, value }) => either(op, oneOf(CITY, value)),
  language: (_, { op, value }) => either(op, oneOf(sql`${customers.language}`, value)),
  lastContactedChannel: (_, { op, value }) => either(op, oneOf(sql`${customers.lastContactedChannel}`, value)),
  consultantId: (_, { op, value }) => either(op, consultantSql(value)),
  createdBy: (_, { op, value }) => either(op, creatorSql(value)),
  tag: (_, { op, value }) =>
    op === 'all'
      ? sql`${customers.tags} @> ${sql.param(value)}::text[]`
      : either(op, sql`${customers.tags} && ${sql.param(value)}::text[]`),
  groupId: ({ ctx }, { op, value }) => membership(op, value, (ids) => isMemberOf(ctx, ids)),
  segmentId: () => {
    throw new Error('Segments are written out before');
  },
  consent: ({ ctx }, { op, value }) =>
    combine(
      op,
      value.map((channel) => consentSql(ctx, channel)),
    ),
  suppression: ({ ctx }, { op, value }) =>
    combineTwo(
      op,
      value.map((word) => suppressedSql(ctx, word)),
    ),
  has: (_, { op, value }) =>
    combine(
      op,
      value.map((thing) => hasSql[thing]),
    ),
  custom: ({ resolved }, leaf) => customSql(leaf, resolved.customFields.get(leaf.key)!),
  birthdayWithinDays: ({ resolved }, { value }) =>
    sql`${customers.birthdayDay} = any(${sql.param(resolved.birthdays(value))}::integer[])`,
  campaign: ({ resolved }, leaf) => campaignSql(leaf.op, resolved.campaignIds.get(leaf)!),
  search: (_, { value }) => searchSql(value),
};

const daysAgo = (ctx: OrgContext, days: number): SQL =>
  sql`${new Date(ctx.clock.now().getTime() - days * DAY_MS).toISOString()}::timestamptz`;

/** Never unknown: it asks whether there is a row. */
export const isTwoValued = ({ field }: Leaf): boolean =>
  field === 'groupId' || field === 'campaign' || field === 'suppression';

/** `condition`, or that it does not hold. */
const either = (op: 'any' | 'all' | 'none', condition: SQL): SQL =>
  op === 'none' ? sql`((${condition}) is not true)` : sql`(${condition})`;
/** The same of one that is never unknown. */
const eitherTwo = (op: 'any' | 'all' | 'none', condition: SQL): SQL =>
  op === 'none' ? sql`(not ${condition})` : condition;

function combine(op: 'any' | 'all' | 'none', conditions: SQL[]): SQL {
  return either(
    op,
    sql.join(
      conditions.map((one) => sql`(${one})`),
      op === 'all' ? sql` and ` : sql` or `,
    ),
  );
}

/** The same of those that are never unknown. */
function combineTwo(op: 'any' | 'all' | 'none', conditions: SQL[]): SQL {
  return eitherTwo(op, sql`(${sql.join(conditions, op === 'all' ? sql` and ` : sql` or `)})`);
}

/** One value is compared as such: the planner then knows that an index is in order behind it. */
const oneOf = (column: SQL, values: string[]): SQL =>
  values.length === 1 ? sql`${column} = ${values[0]!}::text` : sql`${column} = any(${sql.param(values)}::text[])`;

const idOf = (column: SQL, ids: string[]): SQL =>
  ids.length === 1 ? sql`${column} = ${ids[0]!}::uuid` : sql`${column} = any(${sql.param(ids)}::uuid[])`;

function membership(op: 'any' | 'all' | 'none', ids: string[], isMember: (ids: string[]) => SQL): SQL {
  return op === 'all'
    ? combine(
        'all',
        ids.map((id) => isMember([id])),
      )
    : eitherTwo(op, isMember(ids));
}

const isMemberOf = (ctx: OrgContext, ids: string[]): SQL => sql`exists (
  select from group_members member where member.customer_id = ${customers.id}
    and member.organization_id = ${ctx.organizationId}::uuid and ${idOf(sql`member.group_id`, ids)})`;

function consultantSql(value: string[]): SQL {
  const ids = value.filter((id) => id !== 'none');
  const named = ids.length === 0 ? null : idOf(sql`${customers.consultantId}`, ids);
  if (ids.length === value.length) return named!;
  const nobodys = sql`${customers.consultantId} is null`;
  return named ? sql`(${nobodys} or ${named})` : nobodys;
}

const TYPES = new Set(['user', 'apiKey', 'job', 'webhook', 'admin']);

function creatorSql(value: string[]): SQL {
  const types = value.filter((one) => TYPES.has(one));
  const ids = value.filter((one) => !TYPES.has(one)).map((id) => id.toLowerCase());
  const conditions = [
    ...(types.length > 0 ? [oneOf(sql`${customers.createdByType}`, types)] : []),
    ...(ids.length > 0 ? [oneOf(sql`${customers.createdById}`, ids)] : []),
  ];
  return sql.join(conditions, sql` or `);
}

function consentSql(ctx: OrgContext, channel: 'email' | 'whatsapp' | 'sms'): SQL {
  if (channel === 'whatsapp') return sql`${customers.whatsappConsentId} is not null`;
  if (channel === 'sms') return sql`${customers.smsConsentId} is not null`;
  return sql`${customers.emailConsentId} is not null and not ${closedSql(ctx)}`;
}

const filled = (column: SQL): SQL => sql`${column} is not null and ${column} <> ''`;
const hasSql: Record<(typeof havings)[number], SQL> = {
  phone: sql`${customers.phone} is not null`,
  email: sql`${customers.email} is not null`,
  lastName: filled(sql`${customers.lastName}`),
  countryCode: sql`${customers.countryCode} is not null`,
  city: filled(CITY),
  language: sql`${customers.language} is not null`,
  birthday: sql`${customers.birthdayDay} is not null`,
  source: filled(sql`${customers.source}`),
  consultantId: sql`${customers.consultantId} is not null`,
  tag: sql`${customers.tags} <> '{}'`,
  note: filled(sql`${customers.note}`),
};
