import { and, eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { followMailing } from '#src/campaigns/follow-mailing.ts';
import { guardReputation } from '#src/campaigns/guard-reputation.ts';
import { activities } from '#src/db/schema/activities.ts';
import { mails } from '#src/db/schema/emails.ts';
import { createReaders, type EmailScene, emailBody, emailScene, handleOf, makeCampaign } from './email-scene.ts';

let world: EmailScene;
beforeAll(async () => {
  world = await emailScene();
  const mailGuard = { minimumMails: 20, bouncePercent: 10, complaintPercent: 1 };
  expect((await world.admin.call('PUT', '/v1/admin/settings', { mailGuard })).status).toBe(200);
});
afterAll(() => world[Symbol.asyncDispose]());

type Parts = { delivered: number; bounced: number; complained?: number };
const LATER = '2026-03-02T12:00:00+03:00';

/** A running campaign of forty, so many of whom have had their mail. */
async function running(parts: Parts) {
  const groupId = await createReaders(
    world,
    world.acme,
    Array.from({ length: 40 }, (_, i) => `m${i + 1}@example.com`),
  );
  const startAt = new Date(world.clock.now().getTime() + 3_600_000).toISOString();
  const id = await makeCampaign(world, emailBody(world, groupId, { startAt }));
  await world.ctx.db.execute(sql`update campaigns set status = 'running', started_at = ${LATER} where id = ${id}`);
  await happen(id, parts);
  return handleOf(world, id);
}

/** So many more of those who wait. */
async function happen(id: string, { delivered, bounced, complained = 0 }: Parts): Promise<void> {
  const next = (count: number) =>
    sql`(select id from campaign_recipients where campaign_id = ${id} and status = 'queued' order by position limit ${count})`;
  await world.ctx.db.execute(sql`
    update campaign_recipients set status = 'failed', status_reason = 'bounced', bounced_at = ${LATER} where id in ${next(bounced)}`);
  await world.ctx.db.execute(sql`
    update campaign_recipients set status = 'delivered', delivered_at = ${LATER} where id in ${next(delivered)}`);
  await world.ctx.db.execute(sql`
    update campaign_recipients set complained_at = ${LATER} where id in (
      select id from campaign_recipients where campaign_id = ${id} and status = 'delivered' limit ${complained})`);
}

const guard = async (...campaigns: { id: string }[]) =>
  guardReputation(
    world.ctx,
    campaigns.map(({ id }) => id),
  );

describe('a campaign whose mails bounce', () => {
  it('pauses by itself beyond the limit, sends nobody anything more, and its user is told once', async () => {
    const campaign = await running({ delivered: 18, bounced: 3 });
    const other = await running({ delivered: 20, bounced: 0 });
    await Promise.all([guard(campaign, other), guard(campaign, other), guard(campaign, other)]);
    expect(await campaign.read()).toMatchObject({
      status: 'paused',
      statusReason: 'too-many-bounces',
      nextRunAt: null,
    });
    expect((await other.read()).status).toBe('running');
    const told = await world.ctx.db.select().from(mails).where(eq(mails.kind, 'campaign-paused'));
    expect(told).toMatchObject([{ address: 'acme@example.com', language: 'tr' }]);
    const written = await world.ctx.db
      .select()
      .from(activities)
      .where(and(eq(activities.verb, 'campaigns.pause'), eq(activities.subjectId, campaign.id)));
    expect(written).toMatchObject([
      { actorType: 'job', details: { reason: 'too-many-bounces', mails: 21, bounced: 3, complained: 0 } },
    ]);
    const [live] = await world.ctx.db.execute<{ data: object }>(sql`
      select data from live_events where type = 'campaign.progress' and data ->> 'campaignId' = ${campaign.id} order by id desc limit 1`);
    expect(live!.data).toMatchObject({ status: 'paused', statusReason: 'too-many-bounces' });
    await world.ctx.db.execute(sql`update campaigns set status = 'cancelled' where id = ${other.id}`);
    await world.drain();
    expect((await campaign.read()).counts).toMatchObject({ queued: 19, failed: 3 });
  });

  it('goes on at the limit, before there are enough mails, and when nobody is left', async () => {
    const atLimit = await running({ delivered: 18, bounced: 2 });
    const few = await running({ delivered: 9, bounced: 9 });
    const over = await running({ delivered: 30, bounced: 10 });
    await guard(atLimit, few, over);
    for (const campaign of [atLimit, few, over]) expect((await campaign.read()).status).toBe('running');
  });

  it('resumed by a person it is judged by the mails that follow', async () => {
    const campaign = await running({ delivered: 10, bounced: 10 });
    await guard(campaign);
    expect((await campaign.read()).status).toBe('paused');
    expect((await world.acme.call('POST', `/v1/campaigns/${campaign.id}/resume`)).status).toBe(200);
    await world.ctx.db.execute(sql`update campaigns set status = 'running' where id = ${campaign.id}`);
    await happen(campaign.id, { delivered: 10, bounced: 1 });
    await guard(campaign);
    expect((await campaign.read()).status).toBe('running');
    await world.admin.call('PUT', '/v1/admin/settings', {
      mailGuard: { minimumMails: 12, bouncePercent: 10, complaintPercent: 1 },
    });
    await happen(campaign.id, { delivered: 0, bounced: 1 });
    await guard(campaign);
    expect(await campaign.read()).toMatchObject({ status: 'paused', statusReason: 'too-many-bounces' });
  });
});

describe('a campaign that is reported as spam', () => {
  it('pauses when two have reported it; one person is no rate', async () => {
    const one = await running({ delivered: 25, bounced: 0, complained: 1 });
    const two = await running({ delivered: 25, bounced: 0, complained: 2 });
    await guard(one);
    // what a worker does after every batch
    await followMailing(world.ctx, two.id, { kind: 'more' });
    expect((await one.read()).status).toBe('running');
    expect(await two.read()).toMatchObject({ status: 'paused', statusReason: 'too-many-complaints' });
  });
});
