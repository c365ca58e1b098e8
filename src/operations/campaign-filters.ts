import { type SQL, sql } from 'drizzle-orm';
import { likePattern } from '#src/customers/customer.ts';
import { foldText } from '#src/customers/fold-text.ts';
import type { campaignChannels, campaignStatuses } from '#src/db/schema/campaigns.ts';

export const campaignSorts = ['newest', 'rate', 'errors', 'remaining'] as const;
export type CampaignSort = (typeof campaignSorts)[number];

export type CampaignFilters = {
  status?: (typeof campaignStatuses)[number] | undefined;
  channel?: (typeof campaignChannels)[number] | undefined;
  organizationId?: string | undefined;
  userId?: string | undefined;
  instanceId?: string | undefined;
  search?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
};

/** What stands behind WHERE; the campaign is `c`. */
export function filterSql(filters: CampaignFilters): SQL {
  const { status, channel, organizationId, userId, instanceId, search, from, to } = filters;
  const words = foldText(search ?? '')
    .split(' ')
    .filter(Boolean);
  const conditions = [
    sql`true`,
    status && sql`c.status = ${status}`,
    channel && sql`c.channel = ${channel}`,
    organizationId && sql`c.organization_id = ${organizationId}::uuid`,
    userId && sql`c.user_id = ${userId}::uuid`,
    instanceId && sql`c.instance_id = ${instanceId}::uuid`,
    from && sql`c.created_at >= ${from}::timestamptz`,
    to && sql`c.created_at < ${to}::timestamptz`,
    ...words.map((word) => sql`fold_text(c.name) like ${likePattern(word)}`),
  ];
  return sql.join(
    conditions.filter((condition) => condition !== undefined && condition !== ''),
    sql` and `,
  );
}
