import { eq, inArray, sql } from 'drizzle-orm';
import { type Campaign, countsOf, type Progress } from '#src/campaigns/campaign.ts';
import { estimateQueue } from '#src/campaigns/estimate-queue.ts';
import type { AppContext } from '#src/context.ts';
import { organizations, users } from '#src/db/schema/accounts.ts';
import { campaignProgress, campaigns } from '#src/db/schema/campaigns.ts';
import { instances } from '#src/db/schema/instances.ts';
import { estimateMailings } from '#src/emails/estimate-mailings.ts';
import { readEmailWindow } from '#src/windows/read-email-window.ts';
import { ALWAYS_OPEN } from '#src/windows/sending-window.ts';
import { RATE_MINUTES, sentLately } from './sent-lately.ts';

export type CampaignLine = {
  campaign: Campaign;
  progress: Progress;
  organization: { id: string; name: string };
  user: { id: string; name: string; email: string };
  instance: { id: string; phone: string | null; status: (typeof instances.$inferSelect)['status'] } | null;
  /** Messages a minute, of late. */
  ratePerMinute: number;
  /** When it ended, or will if nothing comes between. */
  endsAt: Date | null;
};

/** Campaigns with all that an operator asks of one, in the order of the ids. */
export async function readCampaigns(ctx: AppContext, ids: string[]): Promise<CampaignLine[]> {
  if (ids.length === 0) return [];
  const rows = await ctx.db
    .select({
      campaign: campaigns,
      progress: campaignProgress,
      organization: { id: organizations.id, name: organizations.name },
      user: { id: users.id, name: users.name, email: users.email },
      instance: { id: instances.id, phone: instances.phone, status: instances.status },
    })
    .from(campaigns)
    .innerJoin(campaignProgress, eq(campaignProgress.campaignId, campaigns.id))
    .innerJoin(organizations, eq(organizations.id, campaigns.organizationId))
    .innerJoin(users, eq(users.id, campaigns.userId))
    .leftJoin(instances, eq(instances.id, campaigns.instanceId))
    .where(inArray(campaigns.id, ids));
  const rates = await readRates(ctx, ids);
  const ends = await readEnds(ctx, rows);
  const lines = rows.map((row) => ({
    ...row,
    ratePerMinute: Math.round(((rates.get(row.campaign.id) ?? 0) / RATE_MINUTES) * 100) / 100,
    endsAt: row.campaign.endedAt ?? ends.get(row.campaign.id) ?? null,
  }));
  return lines.sort((a, b) => ids.indexOf(a.campaign.id) - ids.indexOf(b.campaign.id));
}

async function readRates(ctx: AppContext, ids: string[]): Promise<Map<string, number>> {
  const rows = await ctx.db.execute<{ id: string; sent: number }>(sql`
    select c.id, ${sentLately(ctx.clock.now())} as sent from campaigns c where c.id = any(${sql.param(ids)}::uuid[]) and c.started_at is not null`);
  return new Map(rows.map(({ id, sent }) => [id, sent]));
}

type Row = Pick<CampaignLine, 'campaign' | 'progress'>;

/** As their owners see it: by the queue of each number, and by the carriers. */
async function readEnds(ctx: AppContext, rows: Row[]): Promise<Map<string, Date | null>> {
  const going = rows.filter(({ campaign: { status } }) => status === 'pending' || status === 'running');
  const ends = new Map<string, Date | null>();
  const numbers = [...new Set(going.flatMap(({ campaign }) => campaign.instanceId ?? []))];
  for (const number of numbers) for (const [id, end] of await estimateQueue(ctx, number)) ends.set(id, end);
  const mailings = going.filter(({ campaign }) => campaign.channel === 'email');
  for (const [organizationId, own] of Map.groupBy(mailings, ({ campaign }) => campaign.organizationId)) {
    const window = (await readEmailWindow(ctx, organizationId)) ?? ALWAYS_OPEN;
    const now = ctx.clock.now();
    const asked = own.map(({ campaign: { id, identityId, nextRunAt }, progress }) => {
      const { queued, sending } = countsOf(progress);
      const from = nextRunAt && nextRunAt > now ? nextRunAt : now;
      return { id, identityId: identityId!, mails: queued + sending, from, window };
    });
    for (const [id, end] of await estimateMailings(ctx, asked)) ends.set(id, end);
  }
  return ends;
}
