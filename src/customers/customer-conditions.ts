import { and, arrayContains, eq, gte, isNull, like, lt, or, type SQL, sql } from 'drizzle-orm';
import type { OrgContext } from '#src/context.ts';
import { customers } from '#src/db/schema/customers.ts';
import { consentCondition } from './consent-queries.ts';
import { likePattern, searchPieces } from './customer.ts';

/** The words of the customer list's filters, and of segments. */
export type CustomerFilter = {
  search?: string | undefined;
  addedWithinDays?: number | undefined;
  /** Never contacted counts. */
  notContactedForDays?: number | undefined;
  source?: string | undefined;
  consultantId?: string | undefined;
  countryCode?: string | undefined;
  tag?: string | undefined;
  groupId?: string | undefined;
  /** Marketing on this channel is agreed to. */
  consent?: 'email' | 'whatsapp' | undefined;
};

const DAY_MS = 86_400_000;

/** The condition, on `customers`, of being a living customer of the organization that `filter` lets through. */
export function customerConditions(ctx: OrgContext, filter: CustomerFilter): SQL {
  const daysAgo = (days: number) => new Date(ctx.clock.now().getTime() - days * DAY_MS);
  const { search, addedWithinDays, notContactedForDays, source, consultantId, countryCode, tag, groupId, consent } =
    filter;
  return and(
    eq(customers.organizationId, ctx.organizationId),
    isNull(customers.deletedAt),
    ...(search === undefined
      ? []
      : searchPieces(search).map((piece) => like(customers.searchText, likePattern(piece)))),
    addedWithinDays === undefined ? undefined : gte(customers.createdAt, daysAgo(addedWithinDays)),
    notContactedForDays === undefined
      ? undefined
      : or(isNull(customers.lastContactedAt), lt(customers.lastContactedAt, daysAgo(notContactedForDays))),
    source === undefined ? undefined : eq(customers.source, source),
    consultantId === undefined ? undefined : eq(customers.consultantId, consultantId),
    countryCode === undefined ? undefined : eq(customers.countryCode, countryCode),
    tag === undefined ? undefined : arrayContains(customers.tags, [tag]),
    groupId === undefined ? undefined : isMember(ctx, groupId),
    consent && consentCondition(consent),
  ) as SQL;
}

const isMember = (ctx: OrgContext, groupId: string): SQL => sql`exists (
  select from group_members member where member.group_id = ${groupId}::uuid
    and member.organization_id = ${ctx.organizationId}::uuid and member.customer_id = ${customers.id})`;
