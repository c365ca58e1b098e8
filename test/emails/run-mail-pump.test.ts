import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { followMailing } from '#src/campaigns/follow-mailing.ts';
import { startDueCampaigns } from '#src/campaigns/start-due-campaigns.ts';
import { runMailPump } from '#src/emails/run-mail-pump.ts';
import { emailBody, emailScene, handleOf, mailbox, makeCampaign } from '#test/campaigns/email-scene.ts';
import { countsOf, createAddressees } from './mailing-scene.ts';

const COUNT = 700;

it('several pumps at once, stopped in the middle, and others after them: each recipient once, nobody forgotten or unknown', async () => {
  await using world = await emailScene();
  const { ctx, acme } = world;
  const id = await makeCampaign(world, emailBody(world, await createAddressees(world, acme, COUNT)));
  const campaign = handleOf(world, id);
  const start = () => runMailPump(ctx, (campaignId, end) => followMailing(ctx, campaignId, end));
  const first = [await start(), await start()];
  await startDueCampaigns(ctx);
  await expect.poll(async () => (await countsOf(world, id))['sent'] ?? 0, { timeout: 20_000 }).toBeGreaterThan(100);
  await Promise.all(first.map((pump) => pump.stop()));
  const { sent = 0, queued = 0, ...others } = await countsOf(world, id);
  expect([sent + queued, others]).toEqual([COUNT, {}]);
  expect(queued).toBeGreaterThan(0);
  const [taken] = await ctx.db.execute(sql`select from email_batches where leased_by is not null`);
  expect(taken).toBeUndefined();
  const second = await start();
  await expect.poll(async () => (await campaign.read()).status, { timeout: 20_000 }).toBe('completed');
  await second.stop();
  expect(await countsOf(world, id)).toEqual({ sent: COUNT });
  const mails = await mailbox(world);
  expect(mails).toHaveLength(COUNT);
  expect(new Set(mails.map(({ to }) => to)).size).toBe(COUNT);
}, 60_000);
